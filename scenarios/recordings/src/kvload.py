#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A deterministic key-value load for a server that speaks Redis's protocol.

    kvload.py PORT KEYS REQUESTS [THETA]

Waits for the server, stores KEYS values of 200 to 1400 bytes, then sends REQUESTS requests in pipelines of 16, nine reads
to one overwrite, of keys drawn by a zipf law with exponent THETA (0.99) over shuffled ranks; then shuts the server down.
"""
import bisect
import random
import socket
import sys
import time

port, keys, requests = (int(a) for a in sys.argv[1:4])
theta = float(sys.argv[4]) if len(sys.argv) > 4 else 0.99
PIPELINE = 16
rng = random.Random(20)


def connect():
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    sys.exit("no server on port %d" % port)


def command(*words):
    parts = [b"*%d\r\n" % len(words)]
    for w in words:
        parts.append(b"$%d\r\n%s\r\n" % (len(w), w))
    return b"".join(parts)


def key(i):
    return b"user:%08d" % i


def value():
    return bytes([97 + rng.randrange(26)]) * rng.randrange(200, 1400)


def skip_reply(f):
    line = f.readline()
    if line[:1] == b"$" and line != b"$-1\r\n":
        f.read(int(line[1:]) + 2)
    elif line[:1] == b"-" or not line:
        sys.exit("the server says %r" % line)


def send(sock, f, commands):
    for at in range(0, len(commands), PIPELINE):
        batch = commands[at:at + PIPELINE]
        sock.sendall(b"".join(batch))
        for _ in batch:
            skip_reply(f)


sock = connect()
f = sock.makefile("rb")
send(sock, f, [command(b"SET", key(i), value()) for i in range(keys)])
weights, total = [], 0.0
for rank in range(keys):
    total += (rank + 1) ** -theta
    weights.append(total)
order = list(range(keys))
rng.shuffle(order)
batch = []
for _ in range(requests):
    k = key(order[min(bisect.bisect(weights, rng.random() * total), keys - 1)])
    batch.append(command(b"GET", k) if rng.random() < 0.9 else command(b"SET", k, value()))
    if len(batch) == 1024:
        send(sock, f, batch)
        batch = []
send(sock, f, batch)
sock.sendall(command(b"SHUTDOWN", b"NOSAVE"))
