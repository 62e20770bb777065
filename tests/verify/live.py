#!/usr/bin/env python3
"""A real Apache Kafka broker beside ours: the same batches by the real producer, the same files on disk.

`make verify-live` starts a broker of the oracle's jars, sends each scenario's records with explicit timestamps by
Kafka's own producer, lets the broker roll, retain and clean, stops it, and compares its partition directories with the
`log` case of `brokerscope answer`. What a broker's clock or its ids decide is read from its files and put into the
case (and said); after that every byte must be the same. Compressed batches are compared decoded.
Then each reads the other's files: `DumpLogSegments` ours, `brokerscope dump` Kafka's.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import book
import verify

OLD_MS = 1_700_000_000_000
KEEP = {"retention.ms": -1, "file.delete.delay.ms": 0, "segment.index.bytes": 8192}
CODECS = ["gzip", "snappy", "lz4", "zstd"]


def records(r, count, at_ms, keys=6, tombs=0.0, null_keys=0.0):
    out = []
    for n in range(count):
        out.append({"timestamp": at_ms + r.randint(-5, 50), "key_hex": None if r.random() < null_keys else f"user-{r.randrange(keys)}".encode().hex(),
                    "value_hex": None if r.random() < tombs else (f"value {n} " * r.choice([0, 1, 1, 3, 10])).encode().hex()})
        if r.random() < 0.2:
            out[-1]["headers"] = [["source", "77"], ["source", None], ["한", ""]][: r.choice([1, 2, 3])]
    return out


def batches(r, count, **more):
    return [{"records": records(r, r.choice([1, 2, 3, 7, 12]), OLD_MS + 1000 * at, **more)} for at in range(count)]


def scenarios(seed, short):
    """Topics: their settings, what is sent, and what the broker is to do then."""
    r = random.Random(seed)
    size = 12 if short else 60
    small = {"internal.segment.bytes": 2000, "index.interval.bytes": 200}
    out = [
        {"topic": "plain", "config": {}, "batches": batches(r, size, null_keys=0.2)},
        {"topic": "segments", "config": small, "batches": batches(r, size)},
        {"topic": "times", "config": {"segment.ms": 2500, "index.interval.bytes": 0}, "batches": batches(r, size)},
        {"topic": "stamped", "config": {**small, "message.timestamp.type": "LogAppendTime"}, "batches": batches(r, size)},
        {"topic": "idempotent", "config": small, "producer": {"enable.idempotence": True}, "batches": batches(r, size)},
        {"topic": "unpacked", "config": {**small, "compression.type": "uncompressed"}, "producer": {"compression.type": "zstd"},
         "batches": batches(r, size)},
        {"topic": "bytes", "config": small, "batches": batches(r, size), "then": {"retention.bytes": 1000}, "ops": ["retain"]},
        {"topic": "expired", "config": small, "batches": batches(r, size), "then": {"retention.ms": 3600000}, "ops": ["retain"]},
        {"topic": "deleted", "config": small, "batches": (some := batches(r, size)),
         "before_offset": sum(len(batch["records"]) for batch in some) * 3 // 4, "ops": ["delete_records", "retain"]},
        {"topic": "compacted", "config": {**small, "min.cleanable.dirty.ratio": 0}, "batches": batches(r, size),
         "then": {"cleanup.policy": "compact"}, "ops": ["clean"]},
        {"topic": "tombstones", "config": {**small, "min.cleanable.dirty.ratio": 0, "delete.retention.ms": 600000},
         "batches": batches(r, size, tombs=0.4), "then": {"cleanup.policy": "compact"}, "ops": ["clean"]},
    ]
    ended = []
    for at, batch in enumerate(batches(r, size)):
        ended.append(batch)
        if at % 3 == 2:
            ended.append({"control": {"type": r.choice(["COMMIT", "ABORT"]), "version": 0, "coordinator_epoch": 0}})
    # A marker carries the broker's clock, years after the records: it must not roll the segment each time.
    far = {"segment.ms": 9223372036854775807, "internal.segment.bytes": 3000, "index.interval.bytes": 200}
    out.append({"topic": "transactions", "config": far, "producer": {"enable.idempotence": True, "transactional.id": "x"}, "batches": ended})
    out.append({"topic": "ended", "config": {**far, "min.cleanable.dirty.ratio": 0}, "producer": {"enable.idempotence": True, "transactional.id": "y"},
                "batches": ended, "then": {"cleanup.policy": "compact"}, "ops": ["clean"]})
    for codec in CODECS:
        out.append({"topic": codec, "config": {"index.interval.bytes": 200}, "producer": {"compression.type": codec},
                    "batches": batches(r, size), "codec": codec})
    return out


class Broker:
    """One node of Apache Kafka in a directory of its own."""

    def __init__(self, root, java):
        self.root, self.java = root, java
        ports = []
        for _ in range(2):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                ports.append(probe.getsockname()[1])
        self.address = f"localhost:{ports[0]}"
        settings = {
            "process.roles": "broker,controller", "node.id": 1, "controller.quorum.voters": f"1@localhost:{ports[1]}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://localhost:{ports[1]}", "controller.listener.names": "CONTROLLER",
            "log.dirs": root / "data", "offsets.topic.replication.factor": 1, "offsets.topic.num.partitions": 1,
            "transaction.state.log.replication.factor": 1, "transaction.state.log.min.isr": 1, "transaction.state.log.num.partitions": 1,
            "log.retention.ms": -1, "log.retention.check.interval.ms": 1000, "log.initial.task.delay.ms": 500,
            "log.cleaner.backoff.ms": 500, "log.cleaner.dedupe.buffer.size": 10485760, "num.network.threads": 1, "num.io.threads": 2,
        }
        (root / "server.properties").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        config = str(root / "server.properties")
        subprocess.run([*java, "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", config],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.log = open(root / "broker.txt", "wb")
        self.process = subprocess.Popen([*java, "kafka.Kafka", config], stdout=self.log, stderr=self.log, start_new_session=True)
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", ports[0])) == 0:
                    break
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        self.commands = subprocess.Popen([*java, "oracle.Live", self.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, what, topic, **more):
        self.commands.stdin.write(json.dumps({"do": what, "topic": topic, **more}) + "\n")
        self.commands.stdin.flush()
        said = self.commands.stdout.readline()
        if said.startswith("{"):
            return json.loads(said)
        if said != "ok\n":
            raise SystemExit(f"the broker did not do it: {what} {topic}; {(self.root / 'broker.txt').read_text()[-2000:]}")

    def files(self, topic, partition=0):
        folder = self.root / "data" / f"{topic}-{partition}"
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())
                if path.name != "partition.metadata" and not path.name.endswith(".deleted")}

    def await_(self, what, done, seconds=60):
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until:
                raise SystemExit(f"the broker did not get to it in {seconds} s: {what}")
            time.sleep(0.2)

    def cleaned(self, topic):
        checkpoint = self.root / "data" / "cleaner-offset-checkpoint"
        return checkpoint.exists() and any(line.split()[0] == topic for line in checkpoint.read_text().splitlines()[2:])

    def stop(self):
        self.commands.stdin.close()
        self.commands.wait()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()


def run(broker, kafka, scenario):
    """Has the broker do it; what its log held before retention and cleaning is kept."""
    topic = scenario["topic"]
    broker.do("create", topic, config={**KEEP, **scenario["config"]})
    broker.do("produce", topic, producer=scenario.get("producer", {}), batches=scenario["batches"])
    # A transaction's marker comes after the producer's commit.
    broker.await_(f"writing to {topic}", lambda: len(decoded(kafka, broker.files(topic))) == len(scenario["batches"]))
    scenario["sent"], scenario["sent_ms"] = broker.files(topic), int(time.time() * 1000)
    if "before_offset" in scenario:
        broker.do("delete_records", topic, before_offset=scenario["before_offset"])
    if "then" in scenario:
        broker.do("alter", topic, config=scenario["then"])


def settled(broker, scenario):
    topic, ops = scenario["topic"], scenario.get("ops", [])
    if "clean" in ops:
        broker.await_(f"cleaning {topic}", lambda: broker.cleaned(topic))
    if "retain" in ops:
        before = sum(name.endswith(".log") for name in scenario["sent"])
        broker.await_(f"deleting from {topic}", lambda: sum(name.endswith(".log") for name in broker.files(topic)) < before)


def decoded(kafka, files):
    """The batches of all segments, as Kafka reads them; each with the name of its file."""
    names = [name for name in files if name.endswith(".log")]
    answers = kafka.ask([{"id": "", "kind": "decode_batches", "hex": files[name].hex()} for name in names])
    return [{**batch, "file": name} for name, answer in zip(names, answers) for batch in answer["batches"]]


def case_of(scenario, sent, end):
    """The `log` case that should leave the same files, and what of it was read from the broker's."""
    taken, ops, now_ms = set(), [], scenario["sent_ms"]
    for batch, real in zip(scenario["batches"], sent, strict=True):
        op, batch = {"op": "append", "at_ms": now_ms}, dict(batch)
        if real["producer_id"] >= 0:
            taken.add("the broker's producer id and epoch")
            batch |= {"producer_id": real["producer_id"], "producer_epoch": real["producer_epoch"]}
            if "control" in batch:
                taken.add("its markers' time")
                batch["control"] = {**batch["control"], "timestamp": real["control"]["timestamp"],
                                    "coordinator_epoch": real["control"]["coordinator_epoch"]}
            else:
                batch |= {"base_sequence": real["base_sequence"], "transactional": real["transactional"]}
        codec = scenario.get("producer", {}).get("compression.type", "none")
        if codec != "none":
            batch["compression"] = codec
        if real["timestamp_type"] == "LogAppendTime":
            taken.add("its time of each append")
            op["at_ms"] = real["max_timestamp"]
        ops.append({**op, "batches": [batch]})
    config = {**KEEP, **scenario["config"], **scenario.get("then", {})}
    for op in scenario.get("ops", []):
        if op == "clean":
            horizons = [batch["delete_horizon_ms"] for batch in end if batch["delete_horizon_ms"] is not None]
            if horizons:
                taken.add("its time of cleaning")
                cleaned_ms = horizons[0] - config.get("delete.retention.ms", 86_400_000)
                ops = [{**before, "at_ms": min(before["at_ms"], cleaned_ms)} for before in ops]
                now_ms = cleaned_ms
        ops.append({"op": op, "at_ms": now_ms} | ({"before_offset": scenario["before_offset"]} if op == "delete_records" else {}))
    return {"id": scenario["topic"], "kind": "log", "dump": True, "config": config, "ops": ops}, sorted(taken)


def answered(ours, case):
    """The files of a case as they are at its end, and as they are when it was closed and opened again."""
    ends = [case, {**case, "ops": [*case["ops"], {"op": "reopen", "at_ms": case["ops"][-1]["at_ms"], "clean": True}]}]
    answers = ours.ask(ends)
    wrong = [json.dumps(answer)[:300] for answer in answers if "files" not in answer]
    wrong = wrong or [json.dumps(step) for step in answers[1]["steps"] if "error" in step]
    return wrong[:1], *({file["name"]: bytes.fromhex(file["hex"]) for file in answer.get("files", [])} for answer in answers)


def differences(real, before, ours, taken):
    """Files of a broker that was stopped: as ours after closing and opening again, or as before where opening drops them."""
    for name in sorted(real.keys() | ours.keys()):
        if name in real and real[name] == before.get(name) != ours.get(name) and not name.endswith((".log", "index")):
            taken.append(f"{name} as before it was opened again")
        elif name not in ours or name not in real:
            yield f"{name} is only {'Kafka' if name in real else 'our'}'s"
        elif real[name] != ours[name]:
            at = next((at for at, (x, y) in enumerate(zip(real[name], ours[name])) if x != y), min(len(real[name]), len(ours[name])))
            yield f"{name}: {len(ours[name])} bytes where Kafka has {len(real[name])}; the first that differs is at {at}"


FALSE_ALARMS = ("Non-consecutive offsets in", "Mismatches in :", "The following indexed offsets are not found in the log", "Index offset: ", "Exception in thread")


def told(text, folder):
    """The lines of a dump: paths without the folder, and without the tool's false alarms."""
    out = []
    for line in text.replace(f"{folder}/", "").splitlines():
        if not line.startswith(FALSE_ALARMS) and "is followed by" not in line:
            out.append(line)
    return out


def dump(command, folder, names):
    done = subprocess.run([*command, *[str(folder / name) for name in names]] if command[-1] == "dump" else
                          [*command, ",".join(str(folder / name) for name in names)], capture_output=True, text=True)
    return done.stdout, done.stderr


def dumpable(files):
    kinds = [".log", ".index", ".timeindex", ".txnindex", ".snapshot"]
    return sorted((name for name in files if name.endswith(tuple(kinds))), key=lambda name: (kinds.index("." + name.split(".")[1]), name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--short", action="store_true", help="fewer batches")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ours", default=str(verify.ROOT / "target/release/brokerscope"))
    parser.add_argument("--keep", help="leave the broker's files in this new directory")
    args = parser.parse_args()
    root = pathlib.Path(tempfile.mkdtemp(prefix="live"))
    classes = f"{verify.ROOT / 'tests/oracle/target/classes'}:{(verify.ROOT / 'tests/oracle/target/classpath').read_text().strip()}"
    java = ["java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classes]
    kafka = verify.oracle()
    ours = kafka if args.ours == "oracle" else verify.Answerer([args.ours, "answer"])
    checks, failed = 0, []

    def check(name, wrong, explained=""):
        nonlocal checks
        checks += 1
        if wrong:
            failed.append(name)
        print(f"{'✗' if wrong else '✓'} {name}{': ' + explained if explained and not wrong else ''}")
        for line in list(wrong)[:8]:
            print(f"    {line}")

    try:
        broker = Broker(root, java)
        try:
            work = scenarios(args.seed, args.short)
            for scenario in work:
                run(broker, kafka, scenario)
            for scenario in work:
                settled(broker, scenario)
            if args.ours != "oracle":
                book.compare(broker, java, args.ours, lambda files: decoded(kafka, files), check)
        finally:
            broker.stop()
        tool = [*java, "org.apache.kafka.tools.DumpLogSegments", "--deep-iteration", "--print-data-log", "--files"]
        for scenario in work:
            topic, real = scenario["topic"], broker.files(scenario["topic"])
            folder = root / "data" / f"{topic}-0"
            end = decoded(kafka, real)
            case, taken = case_of(scenario, decoded(kafka, scenario["sent"]), end)
            own = root / f"{topic}-ours"
            own.mkdir()
            if "codec" in scenario:
                # The bytes depend on the library: ours must read as Kafka's do.
                base, asked = 0, []
                for batch in scenario["batches"]:
                    asked.append({"id": "", "kind": "encode_batch", "base_offset": base, "compression": topic, **batch})
                    base += len(batch["records"])
                answers = ours.ask(asked)
                wrong = [answer for answer in answers if "hex" not in answer][:1]
                if not wrong:
                    name = f"{0:020}.log"
                    (own / name).write_bytes(bytes.fromhex("".join(answer["hex"] for answer in answers)))
                    mine = decoded(kafka, {name: (own / name).read_bytes()})
                    for batch in mine + end:
                        del batch["size_bytes"], batch["crc"]
                    wrong = [f"ours  {x}\n    kafka {y}" for x, y in zip(mine, end) if x != y] or ([] if len(mine) == len(end) else ["count"])
                    wrong = wrong[:1]
                    ours_files = {name: b""}
            else:
                wrong, before, ours_files = answered(ours, case)
                if not wrong:
                    wrong = list(differences(real, before, ours_files, taken))
                    # Where opening dropped a file, the one before is what a tool would read.
                    ours_files |= {name: before[name] for name in before if real.get(name) == before[name]}
                    for name, data in ours_files.items():
                        (own / name).write_bytes(data)
            how = f"{len(end)} batches, {len(real)} files" + (", decoded" if "codec" in scenario else ", every byte")
            check(f"{topic}: the broker's directory and ours", wrong, how + (f" ({', '.join(taken)})" if taken else ""))
            names = dumpable(real)
            said, complaints = dump(tool, folder, names)
            if not wrong:
                mine, complaints = dump(tool, own, dumpable(ours_files))
                lines, listed = told(mine, own), told(said, folder)
                if "codec" in scenario:
                    listed = [line for line in listed if line.startswith("|")]
                    lines = [line for line in lines if line.startswith("|") or "isvalid: false" in line]
                bad = told(complaints, own)
                check(f"{topic}: DumpLogSegments reads our files", bad or [f"ours  {x}\n    kafka {y}" for x, y in zip(lines, listed) if x != y]
                      or ([] if len(lines) == len(listed) else [f"{len(lines)} lines, not {len(listed)}"]), f"{len(lines)} lines as of Kafka's own")
            if args.ours != "oracle":
                mine, _ = dump([args.ours, "dump"], folder, names)
                lines, listed = told(mine, folder), told(said, folder)
                check(f"{topic}: brokerscope dump of the broker's files", [f"ours  {x}\n    kafka {y}" for x, y in zip(lines, listed) if x != y][:3]
                      or ([] if len(lines) == len(listed) else [f"{len(lines)} lines, not {len(listed)}"]), f"{len(lines)} lines as DumpLogSegments")
    finally:
        if args.keep:
            shutil.copytree(root, args.keep)
        shutil.rmtree(root, ignore_errors=True)
    print(f"live: {checks - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
