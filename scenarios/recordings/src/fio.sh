#!/bin/sh
# Records fio reading a file at random through the page cache: fio.sh OUTPUT [MIB [READS]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
data=${DATA:-/var/tmp/multigen-fio.data}
head -c "${2:-96}M" /dev/zero > "$data"
"$multigen" record -o "$1" ${FOLD:+--fold "$FOLD"} -- fio --name=buffered --filename="$data" --rw=randread --bs=4k \
  --ioengine=psync --direct=0 --invalidate=0 --fadvise_hint=0 --size="${2:-96}M" --number_ios="${3:-20000}" --norandommap \
  --loops=20 --randrepeat=1 --randseed=17 --thread --disable_lat=1 --disable_clat=1 --disable_slat=1 --gtod_reduce=1
rm -f "$data"
