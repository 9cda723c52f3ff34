#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes SQL for the sqlite3 shell, always the same.

    sqlitemix.py build ROWS                 a table of ROWS orders of about 600 bytes with an index on the customer
    sqlitemix.py mix ROWS STATEMENTS        a query mix: look-ups by key (skewed), by index, ranges, updates, aggregates
"""
import random
import sys

what, rows = sys.argv[1], int(sys.argv[2])
rng = random.Random(30)
CUSTOMERS = max(1, rows // 40)


def text(n):
    return "".join(rng.choice("etaoinshrdlu ") for _ in range(n))


def skewed(n):
    """A number below n: half of the draws fall on a tenth of them, spread out."""
    i = rng.randrange(max(1, n // 10)) if rng.random() < 0.5 else rng.randrange(n)
    return i * 7919 % n


def build():
    print("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
    print("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER, amount REAL, note TEXT);")
    filler = [text(400) for _ in range(64)]
    for i in range(rows):
        print("INSERT INTO orders VALUES(%d,%d,%.2f,'%s%s');"
              % (i, rng.randrange(CUSTOMERS), rng.random() * 1000, rng.choice(filler), text(rng.randrange(40, 300))))
    print("CREATE INDEX by_customer ON orders(customer); COMMIT;")


def mix(statements):
    print("PRAGMA mmap_size=1000000000; PRAGMA cache_size=-4096; PRAGMA journal_mode=WAL;")
    for n in range(statements):
        kind = rng.random()
        if n % 6000 == 3000:
            print("SELECT count(*), avg(amount) FROM orders;")
        elif kind < 0.70:
            print("SELECT amount, length(note) FROM orders WHERE id=%d;" % skewed(rows))
        elif kind < 0.85:
            print("SELECT count(*), max(note) FROM orders WHERE customer=%d;" % skewed(CUSTOMERS))
        elif kind < 0.93:
            low = skewed(rows)
            print("SELECT sum(amount), max(note) FROM orders WHERE id BETWEEN %d AND %d;" % (low, low + 60))
        else:
            print("BEGIN;")
            for _ in range(5):
                print("UPDATE orders SET amount=amount+1 WHERE id=%d;" % skewed(rows))
            print("COMMIT;")


build() if what == "build" else mix(int(sys.argv[3]))
