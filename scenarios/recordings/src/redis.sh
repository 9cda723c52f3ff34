#!/bin/sh
# Records Redis under a key-value load: redis.sh OUTPUT [KEYS [REQUESTS [THETA]]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
multigen=${MULTIGEN:-$here/../../../multigen}
port=${PORT:-7391}
python3 "$here/kvload.py" "$port" "${2:-90000}" "${3:-150000}" "${4:-0.99}" &
exec "$multigen" record -o "$1" ${FOLD:+--fold "$FOLD"} -- redis-server --port "$port" --save '' --appendonly no \
  --daemonize no --loglevel warning --logfile /dev/null
