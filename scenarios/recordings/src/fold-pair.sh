#!/bin/sh
# Records one program with and without folding: fold-pair.sh DIRECTORY [ROWS [STATEMENTS]]
# Small queries of SQLite: one thread and no clock, so that both runs do the same.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
rows=${2:-30000}
cd "$1"
python3 "$here/sqlitemix.py" mix "$rows" "${3:-3000}" > mix.sql
for fold in none 10000; do
  case $fold in none) out=unfolded.mgt ;; *) out=folded.mgt ;; esac
  rm -f orders.db*
  python3 "$here/sqlitemix.py" build "$rows" | sqlite3 orders.db > /dev/null
  "$multigen" record -o "$out" --fold "$fold" -- sqlite3 -init /dev/null orders.db '.read mix.sql' > /dev/null
done
