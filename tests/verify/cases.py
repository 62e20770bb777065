"""Cases: random and adversarial, the same for the same seed.

A generator takes a source of chance and gives a case. One that must know what Kafka made of a beginning yields
questions, is sent the answers, and goes on.
"""

import random

from accumulate import accumulate
from assign import assign, assign_chain
from settings import client_config

LONG_MAX = (1 << 63) - 1
CODECS = ["gzip", "snappy", "lz4", "zstd"]
TEXTS = ["", "g", "g1", "orders", "my-group", "주문 처리", "🔑", "a.b_c-d", "\u0000", "\uffff", "é" * 7, "x" * 300]


def hexed(r, longest):
    return r.randbytes(r.randint(0, longest)).hex()


def maybe(r, share, value):
    return value if r.random() < share else None


def text(r):
    if r.random() < 0.5:
        return r.choice(TEXTS)
    return "".join(r.choice("abcXYZ019.-_ 한글é🚀😀\U0010ffff") for _ in range(r.randint(0, 12)))


def number(r, bits):
    top = 1 << (bits - 1)
    return r.choice([0, 1, -1, 2, 63, 64, -64, -65, top - 1, -top, r.randrange(-top, top), r.randint(-200, 200)])


# Keys and groups


def partition(r):
    size = r.choice([0, 1, 2, 3, 4, 5, 7, 8, 12, 31, 255, 5000])
    return {"key_hex": r.randbytes(size).hex(), "partitions": r.choice([1, 2, 3, 50, 65537, (1 << 31) - 1, r.randint(1, 999)])}


def group_partition(r):
    return {"group": text(r), "partitions": r.choice([1, 2, 50, (1 << 31) - 1, r.randint(1, 999)])}


# Batches


def timestamp(r):
    return r.choice([0, -1, 1000, 1000, 1001, 999, r.randint(0, 10**13), LONG_MAX, LONG_MAX - 1, number(r, 64)])


def record(r, stamp, key=None):
    longest = r.choice([0, 1, 3, 3, 60, 70, 130])
    out = {"timestamp": stamp, "key_hex": key if key is not None else maybe(r, 0.8, hexed(r, longest)),
           "value_hex": maybe(r, 0.8, hexed(r, longest))}
    if r.random() < 0.2:
        out["headers"] = [[text(r), maybe(r, 0.7, hexed(r, 5))] for _ in range(r.choice([0, 1, 2, 70]))]
    return out


def encode_batch(r):
    out = {"records": [record(r, timestamp(r)) for _ in range(r.choice([0, 1, 1, 2, 3, 70]))]}
    if r.random() < 0.1:
        out = {"control": {"type": r.choice(["COMMIT", "ABORT"]), "version": 0, "coordinator_epoch": number(r, 32),
                           "timestamp": timestamp(r)}}
    for name, value in {
        "base_offset": r.choice([0, 1, 1 << 40, LONG_MAX - 2, LONG_MAX, -1, number(r, 64)]),
        "partition_leader_epoch": number(r, 32),
        "timestamp_type": r.choice(["CreateTime", "LogAppendTime"]),
        "log_append_ms": r.choice([0, -1, 1000, 5, None, number(r, 64)]),
        "producer_id": number(r, 64),
        "producer_epoch": number(r, 16),
        "base_sequence": number(r, 32),
        "transactional": r.random() < 0.5,
        "compression": r.choice(["none", *CODECS]),
    }.items():
        if r.random() < 0.3:
            out[name] = value
    return out


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(n, bits=32):
    z = ((n << 1) ^ (n >> (bits - 1))) & ((1 << bits) - 1)
    out = b""
    while z > 127:
        out += bytes([z & 127 | 128])
        z >>= 7
    return out + bytes([z])


def raw_batch(r):
    """A batch written byte by byte, so that every field can be wrong."""
    body = b""
    count = r.choice([0, 1, 1, 2, 3])
    control = r.random() < 0.2
    for at in range(count):
        data = b"\0" + varint(r.choice([0, 1, -1, 5, number(r, 64)]), 64) + varint(r.choice([at, at, at, number(r, 32)]))
        for part in range(2):
            payload = r.randbytes(r.randint(0, 4))
            if control:
                field = r.choice([0, 1, 1, 0, 2, 5, 7, -1, 300]) if part == 0 else number(r, 32)
                version = r.choice([0, 0, 0, 1, -1])
                payload = (version & 0xFFFF).to_bytes(2) + (field & (0xFFFFFFFF if part else 0xFFFF)).to_bytes(4 if part else 2)
                payload = payload[: r.choice([6, 6, 6, 6, 5, 2, 1])] if r.random() < 0.3 else payload
            data += varint(r.choice([len(payload)] * 8 + [-1, -2, 99])) + payload
        headers = r.choice([0, 0, 0, 0, 1, 2, -1, 1000])
        data += varint(headers)
        for _ in range(max(0, min(headers, 2))):
            data += varint(r.choice([1, 1, 1, 1, -1, 0, 7])) + b"h" + varint(r.choice([-1, 1, 1, -5])) + b"v"
        body += varint(r.choice([len(data)] * 12 + [len(data) - 1, len(data) + 1, -1, 0])) + data
    body += r.choice([b""] * 12 + [b"\0", b"\x80\x80\x80\x80\x80\x80"])
    tail = b"".join([
        (r.choice([0, 0, 0, 0, 0, 8, 0x40, 0x48, 0x10, 5, 7, 0x80, 0x8000, r.randrange(1 << 16) & ~0x27]) | 0x30 * control).to_bytes(2),
        (r.choice([count - 1, count - 1, 9, number(r, 32)]) & 0xFFFFFFFF).to_bytes(4),
        (r.choice([1000, 1000, timestamp(r)]) & ((1 << 64) - 1)).to_bytes(8),
        (r.choice([1000, 1000, timestamp(r)]) & ((1 << 64) - 1)).to_bytes(8),
        (r.choice([-1, -1, number(r, 64)]) & ((1 << 64) - 1)).to_bytes(8),
        (r.choice([-1, -1, number(r, 16)]) & 0xFFFF).to_bytes(2),
        (r.choice([-1, -1, number(r, 32)]) & 0xFFFFFFFF).to_bytes(4),
        (r.choice([count] * 8 + [count + 1, count - 1, number(r, 32)]) & 0xFFFFFFFF).to_bytes(4),
        body,
    ])
    crc = (crc32c(tail) ^ r.choice([0] * 15 + [1])).to_bytes(4)
    length = 9 + len(tail) + r.choice([0] * 15 + [-1, 1, 3])
    epoch = (number(r, 32) & 0xFFFFFFFF).to_bytes(4)
    base = (r.choice([0, 5, number(r, 64)]) & ((1 << 64) - 1)).to_bytes(8)
    return base + length.to_bytes(4) + epoch + r.choice([b"\2"] * 20 + [b"\3", b"\xff", b"\7"]) + crc + tail


def decode_batches(r):
    data = b"".join(raw_batch(r) for _ in range(r.choice([0, 1, 1, 1, 2, 3])))
    if r.random() < 0.2:
        data = data[: r.randint(0, len(data))]
    if data and r.random() < 0.2:
        at = r.randrange(len(data))
        data = data[:at] + bytes([data[at] ^ (1 << r.randrange(8))]) + data[at + 1 :]
    if r.random() < 0.05:
        data += r.randbytes(r.randint(0, 80))
    return {"hex": data.hex()}


def damaged(r, data):
    """Bytes cut, flipped, doubled, replaced; some of them several times."""
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        at, to = sorted(r.randint(0, len(data)) for _ in range(2))
        to = min(to, at + r.choice([1, 1, 2, 4, 8, 100]))
        data = r.choice([
            lambda: data[:at], lambda: data[:at] + data[to:], lambda: data[:to] + data[at:to] + data[to:],
            lambda: data[:at] + r.randbytes(to - at) + data[to:], lambda: data + r.randbytes(r.choice([1, 4, 20])),
            lambda: data[:at] + bytes([data[at] ^ 1 << r.randrange(8)]) + data[at + 1:] if at < len(data) else data,
            lambda: data[:at] + r.choice([b"\0", b"\xff", b"\x80"]) * (to - at) + data[to:],
        ])()
    return data


def sealed(head, attributes, rest):
    """A batch with its length and CRC made right again: `rest` is what follows the attributes."""
    tail = attributes + rest
    return head[:8] + (9 + len(tail)).to_bytes(4) + head[12:17] + crc32c(tail).to_bytes(4) + tail


def decode_compressed(r):
    """Batches that Kafka compressed, then damaged behind a good CRC, or before it."""
    asked = []
    for _ in range(r.choice([1, 1, 1, 2])):
        batch = {"records": [record(r, r.choice([1000, timestamp(r)])) for _ in range(r.choice([0, 1, 1, 2, 3, 70]))],
                 "compression": r.choice(CODECS), "base_offset": r.choice([0, 7])}
        if r.random() < 0.1:
            batch["records"] = [{"timestamp": 5, "key_hex": None, "value_hex": (r.randbytes(3) * r.choice([500, 25000, 70000])).hex()}]
        asked.append({"kind": "encode_batch", **batch})
    batches = [bytes.fromhex(answer["hex"]) for answer in (yield asked) if "hex" in answer] or [b""]
    at = r.randrange(len(batches))
    data, what = batches[at], r.random()
    if what < 0.6 and data:
        data = sealed(data, data[21:23], data[23:61] + damaged(r, data[61:]))
    elif what < 0.7 and data:
        data = sealed(data, data[21:22] + bytes([data[22] & ~7 | r.choice([0, 1, 2, 3, 4, 4, 5, 7])]), data[23:])
    elif what < 0.8 and data:
        data = sealed(data, data[21:23], damaged(r, data[23:61])[:38].ljust(38, b"\0") + data[61:])
    elif what < 0.9:
        data = damaged(r, data)
    batches[at] = data
    return {"kind": "decode_batches", "hex": b"".join(batches).hex()}


# Logs


def log_config(r, compact):
    pick = lambda share, values: r.choice(values) if r.random() < share else None
    out = {
        "cleanup.policy": r.choice(["compact", "compact", "compact", "compact,delete", "delete,compact"]) if compact
        else r.choice([None, "delete", "delete", "", "compact"]),
        "segment.bytes": pick(0.9, [14, 61, 69, 70, 71, 100, 138, 139, 140, 141, 200, 210, 211, 280, 300, 350, 500, 1000, 5000, 1048575]),
        "segment.ms": pick(0.2, [1, 5, 10, 100, 1000, LONG_MAX]),
        "segment.index.bytes": pick(0.3, [12, 13, 16, 23, 24, 25, 31, 32, 36, 40, 47, 48, 60, 64, 100]),
        "index.interval.bytes": pick(0.5, [0, 0, 1, 69, 70, 71, 100, 140, 200]),
        "message.timestamp.type": pick(0.15, ["LogAppendTime", "CreateTime"]),
        "message.timestamp.before.max.ms": pick(0.1, [0, 1, 100, LONG_MAX]),
        "message.timestamp.after.max.ms": pick(0.3, [0, 1, 100, LONG_MAX, LONG_MAX, LONG_MAX]),
        "max.message.bytes": pick(0.1, [0, 69, 70, 71, 100, 140]),
        "compression.type": pick(0.03, ["uncompressed", "producer"]),
        "file.delete.delay.ms": pick(0.1, [0, 1, 10]),
        "segment.jitter.ms": pick(0.03, [0]),
    }
    if compact:
        out |= {
            "min.cleanable.dirty.ratio": r.choice([0, 0, 0, 0.01, 0.3, 0.5, 0.5, 0.75, 1, None]),
            "delete.retention.ms": pick(0.7, [0, 0, 1, 5, 10, 100, LONG_MAX]),
            "min.compaction.lag.ms": pick(0.15, [0, 1, 5, 10, 100]),
            "max.compaction.lag.ms": pick(0.2, [100, 101, 200, 1000]),
            "log.cleaner.dedupe.buffer.size": pick(0.2, [0, 1, 23, 24, 25, 47, 48, 71, 72, 96, 120, 240, 2400]),
            "log.cleaner.io.buffer.load.factor": pick(0.15, [0, 0.1, 0.5, 0.75, 0.9, 1, 1.5, 2, 10]),
            "log.cleaner.io.buffer.size": pick(0.15, [2, 4, 100, 160, 300, 1000]),
        }
    if not compact or r.random() < 0.3:
        out["retention.ms"] = pick(0.6, [-1, 0, 1, 5, 10, 50, 100, 1000, LONG_MAX])
        out["retention.bytes"] = pick(0.4, [-1, -2, -100, 0, 1, 69, 70, 71, 140, 210, 280, 300, 500])
    items = [(name, value) for name, value in out.items() if value is not None]
    r.shuffle(items)
    return dict(items)


def log(r):
    compact = r.random() < 0.65
    now = r.choice([0, 1, 1000, 5000, 5000, 10**6, 1_735_689_600_000])
    keys = [f"{n:02x}" for n in range(r.choice([1, 2, 3, 5, 10]))] + ([""] if r.random() < 0.1 else [])
    stamps = r.choice(["now", "now", "now", "near", "near", "none", "wild", "wild", "same", "zero"])
    pace = r.choice([[0], [0, 1], [1], [0, 1, 5, 10], [0, 10, 100], [1, 1000, 60000]])
    share = r.choice([0.5, 0.65, 0.8])
    nulls, tombs = r.choice([(0, 0.2), (0, 0.4), (0.03, 0.2), (0.3, 0.1)])
    epoch, offset, ops = 0, 0, []

    def stamp():
        return {
            "now": now, "near": max(-1, now + r.randint(-20, 20)), "none": -1, "same": 1000, "zero": r.choice([0, 0, -1]),
            "wild": r.choice([now, now, -1, 0, 1, 10**15, LONG_MAX, LONG_MAX - 1, r.randint(0, 2 * now + 2)]),
        }[stamps]

    def a_batch():
        out = {"records": []}
        for _ in range(r.choice([1, 1, 1, 2, 3, 4, 6])):
            value = r.randbytes(r.choice([1, 1, 1, 2, 0, 9, 70])).hex()
            out["records"].append({
                "timestamp": stamp(), "key_hex": None if r.random() < nulls else r.choice(keys),
                "value_hex": None if r.random() < tombs else value,
            })
            if r.random() < 0.05:
                out["records"][-1]["headers"] = [["h", "78"], ["h2", None]]
        if r.random() < 0.01:
            out["records"] = []
        if r.random() < 0.02:
            out |= {"timestamp_type": "LogAppendTime", "log_append_ms": now}
        if r.random() < 0.01:
            out["records"][:] = [record(r, timestamp(r))]
        return out

    for _ in range(r.choice([1, 4, 8, 12, 20, 35])):
        now += r.choice(pace)
        op = {"op": "append", "at_ms": now}
        if r.random() < share:
            op["batches"] = [a_batch() for _ in range(1 if r.random() < 0.98 else r.choice([0, 2]))]
            offset += sum(len(batch["records"]) for batch in op["batches"])
            if r.random() < 0.1:
                epoch = r.choice([epoch, epoch + 1, epoch + 1, epoch + 5, 0, epoch - 1])
            if epoch or r.random() < 0.05:
                op["leader_epoch"] = epoch
        else:
            op["op"] = r.choice(["roll", "roll", "clean", "clean", "clean", "retain", "read", "offset_for_timestamp"] if compact
                                else ["roll", "retain", "retain", "read", "offset_for_timestamp", "clean"])
            if op["op"] == "read":
                op["offset"] = r.choice([0, -1, offset, offset + 1, r.randint(0, offset + 1)])
                op["max_bytes"] = r.choice([-1, 0, 1, 69, 70, 71, 140, 200, 100000, (1 << 31) - 1])
            if op["op"] == "offset_for_timestamp":
                op["timestamp"] = r.choice([-1, -2, -3, -3, 0, 1, 1000, now, now - 5, now + 1, LONG_MAX, r.randint(0, now + 1)])
        ops.append(op)
    if compact:
        for _ in range(r.choice([0, 1, 2])):
            ops += [{"op": "roll", "at_ms": now}, {"op": "clean", "at_ms": now}]
            now += r.choice(pace)
    for stamped in [-3, -2, now, 0]:
        ops.append({"op": "offset_for_timestamp", "at_ms": now, "timestamp": stamped})
    for _ in range(3):
        ops.append({"op": "read", "at_ms": now, "offset": r.randint(0, offset), "max_bytes": r.choice([1, 100, 100000])})
    return {"config": log_config(r, compact), "ops": ops}


class Producers:
    """Idempotent and transactional producers, most of them well behaved."""

    def __init__(self, r, transactions):
        self.r, self.transactions = r, transactions
        self.ids = r.sample([0, 1, 2, 7, 33, 4294967301, LONG_MAX], r.choice([1, 2, 3]))
        self.next = {pid: 0 for pid in self.ids}
        self.epochs = {pid: r.choice([0, 0, 0, 1, 5, 32766]) for pid in self.ids}
        self.open, self.sent = set(), []

    def batch(self, records):
        r = self.r
        pid = r.choice(self.ids)
        what = r.random()
        if self.sent and what < 0.12:
            return r.choice(self.sent[-r.choice([1, 2, 5, 6, 20]):])
        if what < 0.2:
            self.epochs[pid] = min(self.epochs[pid] + 1, 32767)
            self.next[pid] = r.choice([0, 0, 0, 0, 1, self.next[pid]])
        sequence, epoch = self.next[pid], self.epochs[pid]
        if what > 0.94:
            sequence = r.choice([0, max(0, sequence - 1), sequence + 1, sequence + 5, (1 << 31) - 1, (1 << 31) - 2])
            sequence = min(sequence, (1 << 31) - 1)
        if what > 0.98:
            epoch = r.choice([max(0, epoch - 1), epoch + 1 if epoch < 32767 else 0])
        out = {"producer_id": pid, "producer_epoch": epoch, "base_sequence": sequence, "records": records}
        if self.transactions and (pid in self.open or r.random() < 0.7):
            out["transactional"] = True
            self.open.add(pid)
        self.next[pid] = (sequence + len(records)) % (1 << 31)
        self.sent.append(out)
        return out

    def marker(self, now):
        r = self.r
        pid = r.choice(sorted(self.open) if self.open and r.random() < 0.85 else self.ids)
        self.open.discard(pid)
        epoch = self.epochs[pid]
        if r.random() < 0.1:
            epoch = r.choice([max(0, epoch - 1), min(epoch + 1, 32767)])
        control = {"type": r.choice(["COMMIT", "ABORT", "ABORT"]), "version": 0,
                   "coordinator_epoch": r.choice([0, 0, 0, 0, 1, 3])}
        if r.random() < 0.1:
            control["timestamp"] = r.choice([now, max(0, now - 7), 0, now + 1000])
        return {"producer_id": pid, "producer_epoch": epoch, "control": control}


def damage(r, files):
    """One to three of these files, each cut, flipped or gone."""
    out = []
    logs = [file for file in files if file["name"].endswith(".log")]
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        file = r.choice(logs if logs and r.random() < 0.4 else files)
        name, size = file["name"], file["size_bytes"]
        if any(done["file"] == name for done in out):
            continue
        places = [0, 1, size - 1, size // 2, size - 8, size - 12, 70, 61, 16, 17, r.randint(0, max(0, size - 1))]
        place = r.choice([at for at in places if 0 <= at < size] or [0])
        kinds = ["delete"] if name == "leader-epoch-checkpoint" or size == 0 else ["truncate_to", "flip_byte", "delete"]
        kinds = [kind for kind in kinds if kind != "delete" or not name.endswith(".log") or r.random() < 0.1] or ["truncate_to"]
        kind = r.choice(kinds)
        out.append({"file": name, kind: True if kind == "delete" else place})
    return out


def log_mix(r):
    """Everything that one log goes through: producers, transactions, deletions, cuts, crashes and damage."""
    compact = r.random() < 0.5
    config = log_config(r, compact)
    if r.random() < 0.5:
        config["segment.bytes"] = r.choice([200, 300, 500, 1000, 2000])
    for name in ["max.message.bytes", "message.timestamp.before.max.ms", "message.timestamp.after.max.ms"]:
        if r.random() < 0.7:
            config.pop(name, None)
    packed = r.random() < 0.12
    if packed:
        config["compression.type"] = "uncompressed"
    now = r.choice([0, 1000, 5000, 90000, 1_735_689_600_000])
    pace = r.choice([[0, 1], [1], [0, 1, 5, 10, 100], [1, 100, 1000], [1, 10, 1000, 86_400_000], [1, 600_000, 86_399_999, 86_400_001]])
    producers = Producers(r, r.random() < 0.55)
    idempotent = r.choice([0, 0.3, 0.7, 0.9])
    stamps = r.choice(["now", "now", "near", "wild"])
    keys = [f"{n:02x}" for n in range(r.choice([1, 2, 4, 8]))]
    rare = r.random() < 0.6
    crashes = r.choice([0, 0, 1, 1, 2, 3])
    hurt = r.choice([0, 0.5, 1])
    tombs = r.choice([0, 0.2, 0.5])
    epoch, offset, ops = 0, 0, []

    def stamp():
        return {"now": now, "near": max(0, now + r.randint(-20, 20)),
                "wild": r.choice([now, now, 0, -1, max(0, now - 100), now + 100, r.randint(0, now + 1)])}[stamps]

    def records():
        out = []
        for _ in range(r.choice([1, 1, 1, 2, 3, 5])):
            out.append({"timestamp": stamp(), "key_hex": r.choice(keys) if compact or r.random() < 0.7 else None,
                        "value_hex": None if r.random() < tombs else r.randbytes(r.choice([0, 1, 1, 2, 20, 70])).hex()})
            if r.random() < 0.04:
                out[-1]["headers"] = [["h", "78"], ["한", None]]
        return out

    count = r.choice([6, 10, 16, 25, 40])
    down = sorted(r.randrange(1, count) for _ in range(crashes))
    for at in range(count):
        now += r.choice(pace)
        if at in down:
            op = {"op": "reopen", "at_ms": now, "clean": r.random() < 0.35}
            if not op["clean"] or r.random() < 0.1:
                op["recovery_point"] = r.choice([0, 0, offset, r.randint(0, offset + 1), offset + 5])
                if r.random() < 0.2:
                    del op["recovery_point"]
            if r.random() < hurt:
                answer = (yield [{"kind": "log", "config": config, "ops": ops}])[0] if ops else {}
                if answer.get("files"):
                    op["damage"] = damage(r, answer["files"])
            ops.append(op)
            continue
        op = {"op": "append", "at_ms": now}
        what = r.random()
        if what < 0.62:
            if producers.transactions and r.random() < 0.25:
                batch, added = producers.marker(now), 1
            else:
                batch = {"records": records()}
                if r.random() < idempotent:
                    batch = producers.batch(batch["records"])
                added = len(batch["records"])
            if packed and "control" not in batch and r.random() < 0.7:
                batch = {**batch, "compression": r.choice(CODECS)}
            offset += added
            op["batches"] = [batch]
            if r.random() < 0.08:
                epoch += r.choice([1, 1, 5, -1, 0]) if epoch else 1
            if epoch:
                op["leader_epoch"] = epoch
        elif what < 0.7 and rare:
            op["op"] = r.choice(["delete_records", "truncate"])
            field = "before_offset" if op["op"] == "delete_records" else "to_offset"
            op[field] = r.choice([0, 1, offset, offset, max(0, offset - 1), offset + 1, r.randint(0, offset), r.randint(0, offset)])
            if field == "before_offset" and r.random() < 0.15:
                op[field] = r.choice([-1, -2])
            if field == "to_offset":
                offset = min(offset, op[field])
        else:
            op["op"] = r.choice(["roll", "roll", "clean", "clean", "retain", "read", "offset_for_timestamp"] if compact
                                else ["roll", "retain", "retain", "read", "offset_for_timestamp", "clean"])
            if op["op"] == "read":
                op |= {"offset": r.choice([0, offset, r.randint(0, offset + 1)]), "max_bytes": r.choice([0, 1, 70, 140, 200, 100000])}
            if op["op"] == "offset_for_timestamp":
                op["timestamp"] = r.choice([-1, -2, -3, 0, now, max(0, now - 5), now + 1, r.randint(0, now + 1)])
        ops.append(op)
    for stamped in [-3, max(0, now - 10)]:
        ops.append({"op": "offset_for_timestamp", "at_ms": now, "timestamp": stamped})
    ops.append({"op": "read", "at_ms": now, "offset": r.randint(0, offset), "max_bytes": 100000})
    return {"config": config, "ops": ops}


def log_large(r):
    """Batches and segments beyond the cleaner's buffers and the default index interval."""
    now, ops, offset = 1000, [], 0
    for _ in range(r.randint(4, 30)):
        now += r.choice([0, 1, 10])
        records = []
        for _ in range(r.choice([1, 2, 30, 150])):
            value = (r.randbytes(2) * r.choice([1, 50, 1000, 2000])).hex()
            records.append({"timestamp": max(0, now + r.randint(-5, 5)), "key_hex": f"{r.randrange(40):02x}",
                            "value_hex": maybe(r, 0.9, value)})
        offset += len(records)
        ops.append({"op": "append", "at_ms": now, "batches": [{"records": records}]})
        if r.random() < 0.3:
            ops += [{"op": "roll", "at_ms": now}, {"op": "clean", "at_ms": now}]
    for stamp in (-3, now - 3, now):
        ops.append({"op": "offset_for_timestamp", "at_ms": now, "timestamp": stamp})
    for _ in range(4):
        ops.append({"op": "read", "at_ms": now, "offset": r.randint(0, offset), "max_bytes": r.choice([1, 5000, 100000])})
    config = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": r.choice([0, 0.3]), "delete.retention.ms": r.choice([0, 5, 1000])}
    for name, values in {"segment.bytes": [2000, 20000, 200000, 600000, 1048576], "index.interval.bytes": [0, 100, 10000],
                         "log.cleaner.io.buffer.size": [100, 1000, 20000], "log.cleaner.dedupe.buffer.size": [240, 600],
                         "max.message.bytes": [10000, 300000, 2000000]}.items():
        if r.random() < 0.4:
            config[name] = r.choice(values)
    return {"config": config, "ops": ops}


def log_invalid_config(r):
    """Settings at and beyond their limits."""
    names = list(log_config(random.Random(1), True) | log_config(random.Random(2), False)) + [
        "segment.bytes", "segment.ms", "segment.jitter.ms", "segment.index.bytes", "index.interval.bytes", "retention.ms",
        "retention.bytes", "file.delete.delay.ms", "min.cleanable.dirty.ratio", "delete.retention.ms",
        "min.compaction.lag.ms", "max.compaction.lag.ms", "max.message.bytes", "message.timestamp.type",
        "message.timestamp.before.max.ms", "message.timestamp.after.max.ms", "compression.type", "min.insync.replicas",
        "internal.segment.bytes", "cleanup.policy", "no.such.setting", "flush.messages", "flush.ms", "preallocate",
        "unclean.leader.election.enable", "message.downconversion.enable", "local.retention.ms", "local.retention.bytes",
        "remote.storage.enable", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level",
        "leader.replication.throttled.replicas", "follower.replication.throttled.replicas", "log.cleaner.backoff.ms",
        "log.cleaner.min.cleanable.ratio", "log.cleaner.io.buffer.load.factor", "log.cleaner.delete.retention.ms",
    ]
    values = [0, -1, -2, 1, 3, 4, 13, 14, 1048575, 1048576, (1 << 31) - 1, 1 << 31, LONG_MAX, 1 << 63, -(1 << 63), 0.5, 1.5, -0.1,
              1, "1", " 100 ", "+5", "0x10", "1e3", "", "x", "compact", "delete", "compact,", " compact , delete ", "compact,compact",
              "COMPACT", "CreateTime", "createtime", "LogAppendTime", "producer", "uncompressed", "none", "gzip", True, False, "TRUE",
              "true", "0.5", ".5", "5.", "NaN", "Infinity", "1d", "0.5f", "-", "1_000", "1,000", "1:1", "*"]
    config = {"segment.bytes": 1000}
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        config[r.choice(names)] = r.choice(values)
    ops = [{"op": "append", "at_ms": 1000 + at, "batches": [{"records": [{"timestamp": 1000, "key_hex": "61", "value_hex": "62"}]}]}
           for at in range(3)]
    return {"config": config, "ops": ops}


# Groups


def assign_range(r):
    topics = r.sample(["t", "t1", "t10", "t2", "Zeta", "a-b", "주문", "\U0001f511", "\uffff", "_x", "zero", "gone"], r.randint(0, 6))
    partitions = {topic: r.choice([0, 1, 2, 3, 7, 10, 100]) for topic in topics if topic != "gone"}
    members = []
    for at in range(r.choice([0, 1, 2, 3, 5, 20])):
        ids = ["m", "M", "", "C", "é", "한", "\U0001f511", "\uffff"]
        member = {"id": r.choice(ids) + str(r.choice([at, at, 10 * at, at + 9])), "topics": []}
        if topics:
            member["topics"] = r.sample(topics, r.randint(0, len(topics))) if r.random() < 0.5 else list(topics)
        if member["topics"] and r.random() < 0.05:
            member["topics"].append(member["topics"][0])
        if r.random() < 0.3:
            member["instance_id"] = maybe(r, 0.9, r.choice(["i", "", "I", "한", "\U0001f511", "\uffff"]) + str(r.choice([at, at, 0])))
        if r.random() < 0.1:
            member["rack"] = maybe(r, 0.8, r.choice(["a", "b"]))
        if topics and r.random() < 0.2:
            member["owned"] = [[r.choice(topics), r.randint(0, 9)]]
            member["generation"] = r.choice([-1, 0, 5])
        members.append(member)
    out = {"kind": "assign", "assignor": "range", "partitions": partitions, "members": members}
    if r.random() < 0.3:
        out["side"] = "client"
    return out


def offset_commit_record(r):
    out = {"group": text(r), "topic": text(r), "partition": number(r, 32), "offset": number(r, 64), "leader_epoch": number(r, 32),
           "metadata": text(r), "commit_ms": number(r, 64)}
    if r.random() < 0.02:
        out[r.choice(["group", "topic", "metadata"])] = r.choice(["x" * 32767, "x" * 32768, "x" * 65536, "한" * 11000])
    if r.random() < 0.4:
        out["topic_id"] = r.choice([None, "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ", "_____________________w", "YwZ3iVx6SQClL9ZTCdCH4A"])
    return out


def group_metadata_record(r):
    members = []
    for at in range(r.choice([0, 1, 2, 3, 5, 13, 30])):
        members.append({
            "id": r.choice([f"{text(r)}{at}", f"consumer-{at}", f"m{at}", f"m{at}" if r.random() < 0.9 else "m0"]), "instance_id": maybe(r, 0.2, text(r) + str(at)), "client_id": text(r),
            "client_host": text(r), "rebalance_timeout_ms": number(r, 32), "session_timeout_ms": number(r, 32),
            "subscription_hex": hexed(r, 20), "assignment_hex": hexed(r, 20),
        })
    return {"group": text(r), "protocol_type": r.choice(["consumer", "connect", text(r)]), "generation": number(r, 32),
            "protocol": r.choice(["range", text(r)]) if members and r.random() < 0.95 else None, "leader": r.choice(members)["id"] if members else None,
            "state_ms": number(r, 64), "members": members}


def decode_offsets_record(r):
    def string(flexible=False, nullable=False):
        value = r.choice([text(r).encode(), r.randbytes(3)])
        if nullable and r.random() < 0.3:
            return b"\0" if flexible else b"\xff\xff"
        if r.random() < 0.02:
            return r.choice([b"\0", b"\x80\x80\x80\x80\x10", b"\xff\xff\x03", b"\xff\xff\xff\xff\x0f"]) if flexible else r.choice([b"\xff\xff", b"\xff\xfe", b"\x7f\xff"])
        return (uvarint(len(value) + 1) if flexible else len(value).to_bytes(2)) + value

    def uvarint(n):
        out = b""
        while n > 127:
            out += bytes([n & 127 | 128])
            n >>= 7
        return out + bytes([n])

    def integer(bits):
        return (number(r, bits) & ((1 << bits) - 1)).to_bytes(bits // 8)

    def blob(flexible):
        value = r.randbytes(r.randint(0, 5))
        if r.random() < 0.03:
            return r.choice([b"\0", b"\xff\xff\xff\xff\x0f", b"\x80\x80\x80\x80\x08"]) if flexible else r.choice([b"\xff\xff\xff\xff", b"\xff\xff\xff\xfe", b"\x7f\xff\xff\xff"])
        return uvarint(len(value) + 1) + value if flexible else len(value).to_bytes(4) + value

    def tags(known=None):
        fields = [(0, known)] if known is not None else []
        fields += [(n, r.randbytes(r.randint(0, 4))) for n in r.sample(range(1, 200), r.choice([0, 0, 0, 1, 2]))]
        out = uvarint(len(fields) if r.random() < 0.97 else r.choice([0, 9]))
        for tag, value in sorted(fields) if r.random() < 0.95 else fields[::-1]:
            out += uvarint(tag) + uvarint(len(value) if r.random() < 0.95 else r.choice([0, 3, 17, 1 << 31])) + value
        return out

    kind = r.choice([0, 1, 1, 1, 2, 2, 2, 9, 18, 25, -1, 300])
    version = r.choice([0, 1, 2, 3, 4, 4, 4] + [5, -1]) if kind else r.choice([0, 0, 0, 1, 2])
    key = (kind & 0xFFFF).to_bytes(2) + string()
    value = (version & 0xFFFF).to_bytes(2)
    flexible = version >= 4
    if kind in (0, 1):
        key += string() + integer(32)
        value += integer(64) + (integer(32) if version >= 3 else b"") + string(flexible) + integer(64)
        value += integer(64) if version == 1 else b""
        value += tags(r.choice([None, bytes(15) + b"\1", bytes(16), r.randbytes(16)])) if flexible else b""
    else:
        value += string(flexible) + integer(32) + string(flexible, True) + string(flexible, True) + (integer(64) if version >= 2 else b"")
        count = r.choice([0, 1, 2, 3])
        told = count if r.random() < 0.95 else r.choice([count + 1, -1, 1 << 30, (1 << 31) - 1])
        value += uvarint((told + 1) & 0xFFFFFFFF) if flexible else (told & 0xFFFFFFFF).to_bytes(4)
        for _ in range(count):
            value += string(flexible) + (string(flexible, True) if version >= 3 else b"") + string(flexible) + string(flexible)
            value += (integer(32) if version >= 1 else b"") + integer(32) + blob(flexible) + blob(flexible) + (tags() if flexible else b"")
        value += tags() if flexible else b""
    if r.random() < 0.1:
        key = key[: r.randint(0, len(key))]
    if r.random() < 0.1:
        value = value[: r.randint(0, len(value))]
    if r.random() < 0.1:
        value += r.randbytes(3)
    return {"key_hex": key.hex(), "value_hex": maybe(r, 0.95, value.hex())}


GENERATORS = {f.__name__: f for f in [
    partition, group_partition, encode_batch, decode_batches, decode_compressed, log, log_mix, log_large, log_invalid_config,
    assign, assign_chain, assign_range, accumulate, offset_commit_record, group_metadata_record, decode_offsets_record, client_config]}
CLIENTS = ["partition", "accumulate", "assign", "assign_chain", "assign_range", "group_partition", "offset_commit_record",
           "group_metadata_record", "decode_offsets_record", "client_config"]
# Of a hundred cases, how many are of which sort; the others have one.
SHARES = {"log_mix": 45, "assign": 3, "assign_chain": 2, "accumulate": 2, "client_config": 2, "log": 18, "decode_batches": 8, "decode_compressed": 8, "encode_batch": 6, "log_invalid_config": 4, "log_large": 2}


def make(name, seed, at):
    """A generator that yields questions and returns the case."""
    made = GENERATORS[name](random.Random(f"{seed}/{name}/{at}"))
    if not isinstance(made, dict):
        made = yield from made
    kind = name.split("_")[0] if name.startswith(("log", "assign")) else name
    return {"id": f"{name.replace('_', '-')}-{seed}-{at}", "kind": kind, **made}


def names(count):
    """The sort of each of so many cases, evenly mixed."""
    owed = {name: 0 for name in GENERATORS}
    total = sum(SHARES.get(name, 1) for name in GENERATORS)
    for _ in range(count):
        for name in owed:
            owed[name] += SHARES.get(name, 1)
        name = max(owed, key=owed.get)
        owed[name] -= total
        yield name
