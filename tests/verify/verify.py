#!/usr/bin/env python3
"""Puts the same cases to `brokerscope answer` and to Apache Kafka's own classes, and compares the answers.

`make verify` builds both and runs this. A disagreement is shrunk to a small case and printed with both answers.
`--record FILE` prints Kafka's answers to the cases of a file, as `tests/vectors/` holds them.
"""

import argparse
import collections
import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

import cases

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CLASSES = {
    "partition": "BuiltInPartitioner",
    "group_partition": "GroupCoordinatorService.partitionFor",
    "encode_batch": "MemoryRecordsBuilder",
    "decode_batches": "MemoryRecords/DefaultRecordBatch",
    "log": "UnifiedLog/LogLoader/LogCleaner",
    "assign": "consumer assignors, TargetAssignmentBuilder",
    "accumulate": "RecordAccumulator",
    "client_config": "Properties, KafkaProducer, KafkaConsumer",
    "offset_commit_record": "GroupCoordinatorRecordHelpers",
    "group_metadata_record": "GroupCoordinatorRecordHelpers, ClassicGroup",
    "decode_offsets_record": "GroupCoordinatorRecordSerde",
}
PATIENCE_S = 120


class Answerer:
    """A process that answers a line for a line. One that ends or hangs has crashed at that case, and is started anew."""

    def __init__(self, command):
        self.command = command
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=ROOT)
        self.lines, self.said = queue.Queue(), collections.deque(maxlen=30)
        out, err, lines, said = self.process.stdout, self.process.stderr, self.lines, self.said

        def read():
            for line in out:
                lines.put(line)
            lines.put(None)

        def listen():
            said.extend(line.decode(errors="replace").rstrip() for line in err)

        self.threads = [threading.Thread(target=work, daemon=True) for work in (read, listen)]
        for thread in self.threads:
            thread.start()

    def ask(self, asked):
        answers = []
        while len(answers) < len(asked):
            if self.process is None:
                self.start()
            left = b"".join(json.dumps(case).encode() + b"\n" for case in asked[len(answers):])
            threading.Thread(target=self.write, args=(self.process, left), daemon=True).start()
            while len(answers) < len(asked):
                try:
                    line = self.lines.get(timeout=PATIENCE_S)
                except queue.Empty:
                    line = None
                if line is None:
                    self.process.kill()
                    self.process.wait()
                    self.threads[1].join()
                    answers.append({"crashed": "\n".join(self.said)[-600:] or "no answer"})
                    self.process = None
                    break
                answers.append(json.loads(line))
        return answers

    @staticmethod
    def write(process, data):
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except OSError:
            pass

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def oracle():
    path = (ROOT / "tests/oracle/target/classpath").read_text().strip()
    memory = ["-Djava.io.tmpdir=/dev/shm"] if os.access("/dev/shm", os.W_OK) else []
    return Answerer(["java", *memory, "-Xmx512m", "-XX:+UseSerialGC", "-cp",
                     f"{ROOT / 'tests/oracle/target/classes'}:{path}", "oracle.Oracle"])


class Judge:
    def __init__(self, ours, kafka):
        self.ours, self.kafka = ours, kafka

    def both(self, asked):
        """Answers of both, asked at the same time."""
        theirs = []
        other = threading.Thread(target=lambda: theirs.extend(self.kafka.ask(asked)))
        other.start()
        mine = self.ours.ask(asked)
        other.join()
        return self.decoded(asked, list(zip(mine, theirs)))

    def decoded(self, asked, pairs):
        """Compressed bytes depend on the library: what they decode to does not."""
        packed = [at for at, (case, (a, b)) in enumerate(zip(asked, pairs))
                  if case["kind"] == "encode_batch" and case.get("compression", "none") != "none"
                  and "hex" in a and "hex" in b and a != b]
        answers = self.kafka.ask([{"id": "", "kind": "decode_batches", "hex": answer["hex"]} for at in packed for answer in pairs[at]])
        for at, a, b in zip(packed, answers[::2], answers[1::2]):
            for answer in (a, b):
                for batch in answer.get("batches", []):
                    del batch["size_bytes"], batch["crc"]
            pairs[at] = (a, b)
        return pairs


def verdict(a, b):
    # Both answerers know what to do with such a log: nothing, as a broker takes its directory offline.
    closed = [answer.get("unsupported") == "log.reopen of what cannot be opened" for answer in (a, b)]
    if all(closed):
        return "agree"
    if any(closed) and not all("unsupported" in answer for answer in (a, b)):
        return "differ"
    if "unsupported" in a or "unsupported" in b:
        return "unsupported"
    return "agree" if a == b else "differ"


def place(case, a, b):
    """Where two answers differ first: a short text that stays the same while the case shrinks."""
    if "crashed" in a or "crashed" in b:
        return "crash"
    if "unsupported" in a or "unsupported" in b:
        return f"reopen: {'not ours' if 'unsupported' in a else 'ours'} can be opened"
    if a.get("error") != b.get("error"):
        return f"{case['kind']}: {a.get('error', 'an answer')}, where Kafka says {b.get('error', 'an answer')}"
    for at, (x, y) in enumerate(zip(a.get("steps", []), b.get("steps", []))):
        if x != y:
            return f"{case['ops'][at]['op']}: {', '.join(sorted(k for k in {**x, **y} if x.get(k) != y.get(k)))}"
    if "files" in a:
        # A wrong .log makes the others wrong as well.
        ours, theirs = ({file["name"].rsplit(".", 1)[-1] for file in x if file not in y}
                        for x, y in ((a["files"], b["files"]), (b["files"], a["files"])))
        return f"files: {next((name for name in ('log', 'index') if name in ours | theirs), min(ours | theirs))}"
    return f"{case['kind']}: " + ", ".join(sorted(k for k in {**a, **b} if a.get(k) != b.get(k)))


def shown(case, a, b):
    lines = [json.dumps(case, ensure_ascii=False)]
    for at, (x, y) in enumerate(zip(a.get("steps", []), b.get("steps", []))):
        if x != y:
            return "\n".join(lines + [f"  step {at}: {json.dumps(case['ops'][at])[:300]}", f"  ours  {json.dumps(x)}", f"  kafka {json.dumps(y)}"])
    if "files" in a and "files" in b:
        a, b = ([file for file in x["files"] if file not in y["files"]] for x, y in ((a, b), (b, a)))
    return "\n".join(lines + [f"  ours  {json.dumps(a)[:1500]}", f"  kafka {json.dumps(b)[:1500]}"])


# Shrinking


def fewer(items):
    """The list, or the bytes, without a half, a quarter, … and without each one."""
    size = len(items)
    while size > 0:
        for at in range(0, len(items), size):
            yield items[:at] + items[at + size:]
        size //= 2


def smaller(case):
    """Cases like this one with something less in them, the boldest first."""
    def with_(node, key, value):
        copy = list(node) if isinstance(node, list) else dict(node)
        copy[key] = value
        return copy

    def less(node, key=None):
        if isinstance(node, list):
            yield from fewer(node)
            for at, item in enumerate(node):
                yield from (with_(node, at, new) for new in less(item))
        elif isinstance(node, dict):
            for name, value in node.items():
                if name not in ("id", "kind", "op", "config", "ops", "records", "at_ms"):
                    yield {k: v for k, v in node.items() if k != name}
            for name, value in node.items():
                if name not in ("id", "kind", "op"):
                    yield from (with_(node, name, new) for new in less(value, name))
        elif isinstance(node, bool):
            pass
        elif isinstance(node, int):
            yield from (new for new in dict.fromkeys([0, 1, node // 2, node - 1]) if 0 <= new < node)
        elif isinstance(node, str) and key is not None and key.endswith("hex") and len(node) > 2:
            yield from (node[:at] + node[at + size:] for size in (len(node) // 4 * 2 or 2, 2) for at in range(0, len(node), size))

    if case["kind"] == "decode_batches" and len(case["hex"]) > 122:
        data = bytes.fromhex(case["hex"])
        for rest in fewer(data[61:]):
            yield {**case, "hex": cases.sealed(data, data[21:23], data[23:61] + rest).hex()}
    yield from less(case)


def shrunk(judge, case, at, seconds):
    """The smallest case found in that time that differs at the same place."""
    until = time.monotonic() + seconds
    found = True
    while found and time.monotonic() < until:
        found, batch = False, []
        for new in smaller(case):
            batch.append(new)
            if len(batch) == 24:
                found = first(judge, batch, at)
                batch = []
                if found or time.monotonic() > until:
                    break
        found = found or (batch and first(judge, batch, at))
        case = found or case
    return case


def first(judge, batch, at):
    for new, (a, b) in zip(batch, judge.both(batch)):
        if verdict(a, b) == "differ" and a.get("error") != "INVALID_CASE" and place(new, a, b) == at:
            return new
    return None


# The run


def made(kafka, plan):
    """The cases of `(name, seed, at)`; questions of all are put to Kafka together."""
    out, waiting = [None] * len(plan), [(at, cases.make(*what), None) for at, what in enumerate(plan)]
    while waiting:
        asking = []
        for at, maker, answers in waiting:
            try:
                asking.append((at, maker, maker.send(answers)))
            except StopIteration as end:
                out[at] = end.value
        answers = iter(kafka.ask([{"id": "", **question} for _, _, questions in asking for question in questions]))
        waiting = [(at, maker, [next(answers) for _ in questions]) for at, maker, questions in asking]
    return out


class Tally:
    """How many of each kind, and of each operation of a log, agreed."""

    def __init__(self):
        self.rows = collections.defaultdict(collections.Counter)

    def add(self, case, a, b):
        kind, said = case["kind"], verdict(a, b)
        if kind in ("encode_batch", "decode_batches", "assign"):
            kind += f" {case.get('compression', 'none') if kind == 'encode_batch' else case.get('assignor', '')}".rstrip()
        self.rows[kind][said] += 1
        if said == "unsupported":
            self.rows[f"unsupported by {'us' if 'unsupported' in a else 'the oracle'}: {(a if 'unsupported' in a else b)['unsupported'][:60]}"]["unsupported"] += 1
            return
        for op, x, y in zip(case.get("ops", []), a.get("steps", []), b.get("steps", [])):
            self.rows[f"  log.{op['op']}"]["agree" if x == y else "differ"] += 1
            if x != y:
                return
        if "files" in b:
            self.rows["  log files"]["agree" if a.get("files") == b["files"] else "differ"] += 1

    def print(self):
        print(f"{'':44}{'agree':>9}{'differ':>9}{'unsupported':>13}")
        for name in sorted(self.rows, key=lambda name: (name.startswith("unsupported"), not name.startswith("  "), name)):
            row = self.rows[name]
            print(f"{name[:90]:44}{row['agree']:9}{row['differ']:9}{row['unsupported']:13}")


def compare(args):
    judge = Judge(Answerer([args.ours, "answer"]), oracle())
    plan = [(name, args.seed, at) for at, name in enumerate(cases.names(args.count))]
    if args.kind:
        plan = [(args.kind[at % len(args.kind)], args.seed, at) for at in range(args.count)]
    given = [json.loads(line) for path in args.cases for line in pathlib.Path(path).read_text().splitlines()]
    given = [line.get("case", line) for line in given]
    tally, places, total, agreed = Tally(), collections.Counter(), 0, 0
    work = given or plan
    for start in range(0, len(work), 250):
        chunk = work[start:start + 250]
        asked = chunk if given else made(judge.kafka, chunk)
        for case, (a, b) in zip(asked, judge.both(asked)):
            tally.add(case, a, b)
            said = verdict(a, b)
            total += said != "unsupported"
            agreed += said == "agree"
            if said == "differ":
                at = place(case, a, b)
                places[at] += 1
                if places[at] <= args.show and sum(min(n, args.show) for n in places.values()) <= 4 * args.show + 8:
                    small = shrunk(judge, case, at, args.shrink)
                    [(x, y)] = judge.both([small])
                    print(f"✗ {case['id']} at {at}\n{shown(small, x, y)}\n", flush=True)
        print(f"· {start + len(chunk)} of {len(work)} asked", file=sys.stderr, flush=True)
    judge.ours.stop()
    judge.kafka.stop()
    tally.print()
    for at, count in places.most_common():
        print(f"differs at {at}: {count}")
    print(f"{total} cases, {agreed} agree")
    return 0 if total > 0 and agreed >= args.least * total else 1


def record(path):
    asked = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]
    asked = [line.get("case", line) for line in asked]
    kafka = oracle()
    for case, answer in zip(asked, kafka.ask(asked)):
        source = f"{CLASSES[case['kind']]}, Apache Kafka 4.3.1"
        print(json.dumps({"case": case, "answer": answer, "source": source}, ensure_ascii=False, separators=(",", ":")))
    kafka.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases", nargs="*", help="files of cases to ask instead of made ones")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=[*cases.GENERATORS, "clients"], action="append",
                        help="only this generator; `clients` is all of clients and groups")
    parser.add_argument("--ours", default=str(ROOT / "target/release/brokerscope"), help="our program")
    parser.add_argument("--show", type=int, default=1, help="how many disagreements of a place to shrink and print")
    parser.add_argument("--shrink", type=int, default=20, help="seconds for each")
    parser.add_argument("--least", type=float, default=1, help="the share that must agree")
    parser.add_argument("--record", metavar="FILE", help="print Kafka's answers to these cases")
    args = parser.parse_args()
    args.kind = [kind for kind in args.kind or [] for kind in (cases.CLIENTS if kind == "clients" else [kind])]
    if args.record:
        record(args.record)
        return 0
    return compare(args)


if __name__ == "__main__":
    sys.exit(main())
