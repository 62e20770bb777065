#!/usr/bin/env python3
"""Cases of kind `accumulate`: `accumulate(r)` gives a random one without id and kind. As a program: `accumulate.py SEED COUNT`."""

import json
import random
import sys


def record(r, sizes):
    key = r.choice([None, None, "", "61", "7979", r.randbytes(r.choice([1, 4, 16])).hex()])
    value = r.choice([None, "", (r.randbytes(1) * r.choice(sizes)).hex()])
    out = {"key_hex": key, "value_hex": value}
    if r.random() < 0.2:
        out["headers"] = [[r.choice(["", "h", "머리", "x" * 20]), r.choice([None, "", "5e" * 14])] for _ in range(r.randint(0, 3))]
    return out


def accumulate(r):
    config = {}
    for name, share, values in [
        ("batch.size", 0.9, [0, 1, 70, 71, 80, 100, 130, 200, 500, 16384]),
        ("linger.ms", 0.8, [0, 1, 2, 5, 50, 100, 1000]),
        ("max.request.size", 0.2, [90, 110, 200, 1000]),
        ("partitioner.ignore.keys", 0.15, [True, False]),
        ("partitioner.adaptive.partitioning.enable", 0.2, [True, False]),
        ("partitioner.class", 0.1, ["org.apache.kafka.clients.producer.RoundRobinPartitioner"]),
    ]:
        if r.random() < share:
            config[name] = r.choice(values)
    at = r.choice([0, 7, 1700000000000])
    sends, pace = [], r.choice([[0], [0, 0, 1], [0, 1, 5], [0, 1, 60, 1100]])
    for _ in range(r.choice([0, 1, 3, 10, 30, 60])):
        sends.append({"at_ms": at, **record(r, r.choice([[0, 1, 2], [10, 30], [1, 60, 400]]))})
        at += r.choice(pace)
    draws = [r.choice([0, 1, 2, 3, 5, 7, (1 << 31) - 1, r.randrange(1 << 31)]) for _ in range(r.choice([1, 2, 3, 10, 40]))]
    return {"config": config, "partitions": r.choice([1, 2, 3, 5, 8]), "random": draws, "sends": sends, "end_ms": at + r.choice([0, 1, 49, 100, 2000])}


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    for at in range(count):
        print(json.dumps({"id": f"accumulate-{seed}-{at}", "kind": "accumulate", **accumulate(random.Random(f"{seed}/accumulate/{at}"))}))


if __name__ == "__main__":
    main()
