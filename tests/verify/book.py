"""The book's two programs on a real broker, and the presets of the same names in our core: the same lines, records and offsets."""

import json
import pathlib
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCENARIOS = ROOT / "src/sim/scenarios"
TOPIC = "test-topic"


def scenario(name):
    return json.loads((SCENARIOS / f"{name}.json").read_text())


def settings_of(world, client):
    return next(one["settings"] for one in world.get("consumers", []) + world["producers"] if one["name"] == client)


def properties(path, address, settings):
    """The client's settings as our page shows them, for the real broker's address."""
    path.write_text("".join(f"{name}={value}\n" for name, value in {**settings, "bootstrap.servers": address}.items()))
    return str(path)


def thrown(text):
    """What a program that ended by an exception says of it, without its stack."""
    return [line for line in text.splitlines() if line and not line.lstrip().startswith(("at ", "..."))]


class Program:
    """One of the book's programs, in a Java of its own."""

    def __init__(self, java, name, *args):
        self.process = subprocess.Popen([*java, f"book.{name}", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ended(self):
        out, err = self.process.communicate(timeout=120)
        return out.splitlines() + thrown(err)

    def killed_after(self, count):
        """Its first lines; then it is killed, so that it commits and says no more."""
        lines = [self.process.stdout.readline().rstrip("\n") for _ in range(count)]
        self.process.send_signal(signal.SIGKILL)
        return lines + self.ended()


def ended(ours, world, path, until_ms):
    """How a scenario ends in our core."""
    path.write_text(json.dumps(world))
    done = subprocess.run([ours, "run", str(path), "--until-ms", str(until_ms), "--end"], capture_output=True, text=True, check=True)
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


def records(broker, decoded, topic, count):
    """Of each partition: offset, key and value, as they lie in the broker's files."""
    def text(data):
        return None if data is None else bytes.fromhex(data).decode()
    out = {}
    for partition in range(count):
        batches = decoded(broker.files(topic, partition))
        out[f"{topic}-{partition}"] = [[record["offset"], text(record["key_hex"]), text(record["value_hex"])] for batch in batches for record in batch["records"]]
    return out


def differs(name, ours, kafkas):
    return [] if ours == kafkas else [f"{name}: ours  {json.dumps(ours)}", f"{' ' * len(name)}  kafka {json.dumps(kafkas)}"]


def simple_producer(broker, java, ours, decoded, check):
    """As written it fails, twice over; with a serializer of its own and without the class that is gone, it sends."""
    world = scenario("simple-producer")
    works = json.loads((SCENARIOS / "simple-producer-works.json").read_text())
    broker.do("create", "some-topic", partitions=3, config={})
    written = settings_of(world, "simple-producer")
    gone = {**written, world["actions"][0]["do"]["set_client"]["name"]: world["actions"][0]["do"]["set_client"]["value"]}
    date = world["start_ms"]

    def run(name, settings):
        return Program(java, "SimpleProducer", properties(broker.root / name, broker.address, settings), date).ended()

    lines = run("gone.properties", gone) + run("written.properties", written)
    lines += run("works.properties", works[0]["do"]["set_client_all"]["settings"])
    world["actions"] += works
    end = ended(ours, world, broker.root / "simple.json", 6000)
    wrong = differs("lines", [line for _, _, line in end["printed"]], lines)
    wrong += differs("records", end["records"], records(broker, decoded, "some-topic", 3))
    check("SimpleProducer: as written it fails, in the other form it sends", wrong, f"{len(lines)} lines")


def compare(broker, java, ours, decoded, check):
    simple_producer(broker, java, ours, decoded, check)
    threaded_consumer(broker, java, ours, decoded, check)
    redelivery(broker, java, ours, check)


def threaded_consumer(broker, java, ours, decoded, check):
    world = scenario("threaded-consumer")
    sent = world["actions"][0]["do"]["send"]["records"]
    broker.do("create", TOPIC, partitions=3, config={})
    broker.do("send", TOPIC, records=[[one["key"], one["value"]] for one in sent])
    settings = settings_of(world, "thread-0")
    lines = Program(java, "ThreadedConsumerExample", properties(broker.root / "threaded.properties", broker.address, settings), 13000).ended()
    end = ended(ours, world, broker.root / "threaded.json", 15000)
    group = settings["group.id"]
    wrong = differs("lines", sorted(line for _, _, line in end["printed"]), sorted(lines))
    wrong += differs("records", end["records"], records(broker, decoded, TOPIC, 3))
    wrong += differs("committed", end["committed"][group], broker.do("committed", group))
    # Which thread has which partitions hangs on random ids; that one thread's lines come together does not.
    check("ThreadedConsumerExample: lines, records and committed offsets", wrong, f"{len(lines)} lines, {end['committed'][group]}")


def redelivery(broker, java, ours, check):
    """A consumer that is killed before it commits, and a new one: both read everything."""
    world = scenario("threaded-consumer")
    changes = {"group.id": "killed-before-commit", "auto.commit.interval.ms": "60000", "session.timeout.ms": "6000"}
    for consumer in world["consumers"]:
        consumer["settings"] |= changes
    settings = settings_of(world, "thread-0")
    path = properties(broker.root / "killed.properties", broker.address, settings)
    count = len(world["actions"][0]["do"]["send"]["records"])
    first = Program(java, "ThreadedConsumerExample", path, 60000).killed_after(count)
    between = broker.do("committed", settings["group.id"])
    again = Program(java, "ThreadedConsumerExample", path, 25000).ended()
    names = [consumer["name"] for consumer in world["consumers"]]
    world["actions"] += [{"at_ms": 7500, "do": {"crash": {"node": name}}} for name in names]
    world["actions"] += [{"at_ms": 8000, "do": {"restart": {"node": name}}} for name in names]
    world["actions"] += [{"at_ms": 33000, "do": {"close": {"client": name}}} for name in names]
    killed = ended(ours, world, broker.root / "killed.json", 7900)
    end = ended(ours, world, broker.root / "killed.json", 36000)
    lines = [line for _, _, line in end["printed"]]
    wrong = differs("lines before", sorted(line for _, _, line in killed["printed"]), sorted(first))
    wrong += differs("committed before", killed["committed"].get(settings["group.id"], {}), between)
    wrong += differs("lines after", sorted(lines[count:]), sorted(again))
    wrong += differs("committed after", end["committed"].get(settings["group.id"]), broker.do("committed", settings["group.id"]))
    check("ThreadedConsumerExample: killed before its commit, it reads the same again", wrong, f"{count} lines, then {len(again)} again")
