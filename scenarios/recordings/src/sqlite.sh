#!/bin/sh
# Records SQLite running a query mix: sqlite.sh OUTPUT [ROWS [STATEMENTS]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
rows=${2:-120000}
work=${TMPDIR:-/tmp}/sqlite-recording
rm -rf "$work"
mkdir -p "$work"
python3 "$here/sqlitemix.py" build "$rows" | sqlite3 "$work/orders.db" > /dev/null
python3 "$here/sqlitemix.py" mix "$rows" "${3:-17000}" > "$work/mix.sql"
out=$(realpath "$1")
cd "$work"
"$multigen" record -o "$out" ${FOLD:+--fold "$FOLD"} -- sqlite3 -init /dev/null orders.db '.read mix.sql' > /dev/null
