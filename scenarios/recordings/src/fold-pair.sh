#!/bin/sh
# Records one program with and without folding: fold-pair.sh DIRECTORY [LINES]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
cd "$1"
seq 1 "${2:-150000}" | awk '{ print ($1 * 7919) % 1000003 }' > numbers.txt
for fold in none 10000; do
  case $fold in none) out=unfolded.mgt ;; *) out=folded.mgt ;; esac
  LC_ALL=C "$multigen" record -o "$out" --fold "$fold" -- sort -n --parallel=1 -S 12M -T . numbers.txt > /dev/null
done
