#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A deterministic get-heavy load for memcached, over its text protocol.

    mcload.py PORT KEYS GETS

Waits for the server, stores KEYS values of 2000 bytes in ascending order, then sends GETS requests in pipelines of 8, each for
a key drawn uniformly, nineteen gets to one overwrite; then shuts the server down (its option -A).
"""
import random
import socket
import sys
import time

port, keys, gets = (int(a) for a in sys.argv[1:4])
PIPELINE = 8
SIZE = 2000
rng = random.Random(23)


def connect():
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    sys.exit("no server on port %d" % port)


def name(i):
    return b"memtier-%08d" % i


def store(i):
    return b"set %s 0 0 %d\r\n%s\r\n" % (name(i), SIZE, bytes([97 + rng.randrange(26)]) * SIZE)


def skip_reply(f):
    line = f.readline()
    if line.startswith(b"VALUE"):
        f.read(int(line.split()[3]) + 2)
        line = f.readline()
    if line not in (b"STORED\r\n", b"END\r\n"):
        sys.exit("the server says %r" % line)


def send(sock, f, commands):
    sock.sendall(b"".join(commands))
    for _ in commands:
        skip_reply(f)


def pipelines(commands):
    batch = []
    for c in commands:
        batch.append(c)
        if len(batch) == PIPELINE:
            yield batch
            batch = []
    if batch:
        yield batch


def requests():
    for _ in range(gets):
        i = rng.randrange(keys)
        yield store(i) if rng.random() < 0.05 else b"get %s\r\n" % name(i)


sock = connect()
f = sock.makefile("rb")
for batch in pipelines(store(i) for i in range(keys)):
    send(sock, f, batch)
for batch in pipelines(requests()):
    send(sock, f, batch)
sock.sendall(b"shutdown\r\n")
