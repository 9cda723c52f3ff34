#!/bin/sh
# Records memcached under a get-heavy load: memcached.sh OUTPUT [KEYS [GETS]]
# Set MEMCACHED to another binary than the one on the path.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
port=${PORT:-7392}
python3 "$here/mcload.py" "$port" "${2:-40000}" "${3:-215000}" &
exec "$multigen" record -o "$1" ${FOLD:+--fold "$FOLD"} -- "${MEMCACHED:-memcached}" -u "$(id -un)" -l 127.0.0.1 -p "$port" \
  -U 0 -A -t 1 -c 16 -m 512
