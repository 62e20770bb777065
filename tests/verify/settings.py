"""Cases of kind `client_config`: a client and a `.properties` text, from plain settings to hostile ones."""

import pathlib

ROWS = {}
for line in (pathlib.Path(__file__).parent.parent / "files/client-settings-4.3.1.txt").read_text().splitlines():
    client, name, kind, default, valid = line.split("\t")
    ROWS.setdefault(client, []).append((name, kind, default, valid))
KAFKA = "org.apache.kafka."
SERIALIZED = ["String", "Integer", "Long", "Short", "Float", "Double", "Boolean", "Bytes", "ByteArray", "ByteBuffer", "UUID", "Void"]
CLASSES = [
    *(f"{KAFKA}common.serialization.{name}{end}" for name in SERIALIZED for end in ("Serializer", "Deserializer")),
    f"{KAFKA}clients.producer.RoundRobinPartitioner", f"{KAFKA}common.metrics.JmxReporter",
    f"{KAFKA}clients.producer.internals.DefaultPartitioner", f"{KAFKA}clients.consumer.NoSuchAssignor", "NoSuch", "range", "",
    *(f"{KAFKA}clients.consumer.{name}Assignor" for name in ("Range", "RoundRobin", "Sticky", "CooperativeSticky")),
]
UNKNOWN = ["lingr.ms", "request.required.acks", "auto.offset.rset", "group.name", "metadata.broker.list", "zookeeper.connect", "a", "b", "한글", "",
           "ACKS", "acks ", "producer.acks", "metrics.context.x", "block.on.buffer.full", "timeout.ms", "internal.leave.group.on.close"]
NUMBERS = ["0", "1", "-1", "5", "100", "30000", "2147483647", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808",
           "+5", "-0", "007", "0x10", "1e3", "1_000", "5L", "", "x", "1.5", "\u0001 5", "5\u00a0", "--1", "+", "17", "18", "22", "23", "-131072", "3600", "901"]
DURATIONS = ["PT1H", "P1D", "PT0.5S", "-PT1H", "PT-1H", "PT1H-90M", "P-1DT25H", "PT", "P", "P1DT", "pt1h", "PT1,5S", "PT1.S", "PT.5S", "PT-0.5S", "+PT5M",
             "-PT-5M", "P1W", "1H", "PT1S1M", "PT9223372036854775807S", "PT9223372036854775808S", "P106751991167301D", "PT1.1234567891S", "P1D2D", "PT 1H"]
# What a client must have; without it nothing else is looked at.
NEEDED = {"producer": ["key.serializer", "value.serializer"], "consumer": ["key.deserializer", "value.deserializer"]}
LIKELY = {
    "producer": ["acks", "retries", "enable.idempotence", "max.in.flight.requests.per.connection", "transactional.id", "linger.ms", "batch.size",
                 "delivery.timeout.ms", "request.timeout.ms", "compression.type", "partitioner.class", "transaction.two.phase.commit.enable",
                 "transaction.timeout.ms", "client.id", "buffer.memory", "max.block.ms"],
    "consumer": ["group.id", "group.instance.id", "session.timeout.ms", "heartbeat.interval.ms", "group.protocol", "partition.assignment.strategy",
                 "enable.auto.commit", "auto.commit.interval.ms", "auto.offset.reset", "group.remote.assignor", "isolation.level",
                 "max.poll.records", "max.poll.interval.ms", "client.id", "share.acquire.mode", "share.acknowledgement.mode"],
}


def spaced(r, text):
    return r.choice(["", "", "", " ", "\u0001"]) + text + r.choice(["", "", "", " ", "\t "]) if r.random() < 0.1 else text


def listed(r, choices):
    return r.choice([",", ",", ", ", " ,\t", ",,"]).join(r.choice(choices) for _ in range(r.choice([0, 1, 1, 2, 2, 3])))


def value(r, client, row):
    """Mostly what the setting takes."""
    name, kind, default, valid = row
    good = r.random() < 0.85
    if name == "bootstrap.servers":
        return listed(r, ["localhost:9092", "127.0.0.1:1", "[::1]:9", "x://localhost:80"] if good else
                      ["localhost", "localhost:", ":9092", "localhost:99999", "localhost:99999999999", "localhost:65535", "local host:1", "a:b:1", "", "x:/localhost:1", "[localhost:1", "localhost:-1"])
    if name == "auto.offset.reset":
        return r.choice(["earliest", "latest", "none"]) if r.random() < 0.5 else r.choice(["by_duration:", "by_duration:", "by_duration", "", "EARLIEST", "x"]) + r.choice(DURATIONS)
    if name == "group.protocol":
        return r.choice(["classic", "consumer", "CONSUMER", "Classic"]) if good else r.choice(["", "x", "streams"])
    if name in ("group.instance.id", "transactional.id", "client.id", "group.id"):
        return r.choice(["a", "i-1", "my.group", "x y"]) if good else r.choice(["", " ", ".", "..", "한", "x" * 250, "é" * 249])
    if name == "security.protocol":
        return "plaintext" if good else r.choice(["PLAIN", "", "plaintexT "])
    if name in ("config.providers", "security.providers"):
        return ""
    if kind == "BOOLEAN":
        return r.choice(["true", "false", "TRUE", "False"]) if good else r.choice(["yes", "1", "", "tru"])
    if kind == "CLASS" or name in ("partition.assignment.strategy", "interceptor.classes", "metric.reporters"):
        fit = {"partitioner.class": "RoundRobinPartitioner", "partition.assignment.strategy": "Assignor", "metric.reporters": "JmxReporter"}
        end = fit.get(name, "Deserializer" if "deserializer" in name else "Serializer" if "serializer" in name else "")
        fitting = [one for one in CLASSES if one.endswith(end) and KAFKA in one and "NoSuch" not in one and "Default" not in one and (end != "Serializer" or "Deserializer" not in one)]
        choices = fitting if good and fitting else CLASSES
        return listed(r, choices) if kind == "LIST" else r.choice(choices)
    if kind == "DOUBLE":
        return r.choice(["0.5", "0.8", "1", "0.05", "0", ".25"]) if good else r.choice(["0.4", "1.5", "x", "", "-1", "0.3"])
    if kind in ("INT", "LONG", "SHORT"):
        low = {"delivery.timeout.ms": ["30004", "30005", "1", "120000"], "session.timeout.ms": ["3000", "3001", "6000"], "heartbeat.interval.ms": ["3000", "45000", "2999"],
               "max.in.flight.requests.per.connection": ["1", "5", "6"], "retries": ["0", "3"], "linger.ms": ["0", "5", "3000000000", "90000"]}
        return r.choice(low.get(name, [default if default != "(null)" else "1", "6000", "900"])) if good else r.choice(NUMBERS)
    if "[" in valid:
        words = valid.split("[")[1].rstrip("]").split(", ")
        return r.choice(words) if good else r.choice([r.choice(words).upper(), r.choice(words).lower(), r.choice(words).title(), "", "x", r.choice(words) + "x"])
    if kind == "LIST":
        return listed(r, ["a", "b", "c"] if good else ["a", "", "a"])
    return r.choice(["a", "x y", "", " 한글 "])


def written(r, name, text):
    """One line of a `.properties` text, in one of the ways to write it."""
    def escaped(part, key):
        out = ""
        for at, c in enumerate(part):
            if c in "\\\n\r\t\f":
                out += {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}[c]
            elif (key and c in "=: #!") or (at == 0 and c in " \t\f=:#!"):
                out += "\\" + c
            elif r.random() < 0.02 or (ord(c) > 126 and r.random() < 0.5):
                out += "".join(f"\\u{unit:04{r.choice('xX')}}" for unit in [int.from_bytes(c.encode("utf-16-be")[i:i + 2]) for i in range(0, len(c.encode("utf-16-be")), 2)])
            elif r.random() < 0.02 and c not in "tnrfu":
                out += "\\" + c
            elif r.random() < 0.01:
                out += r.choice(["\\\n  ", "\\\r\n\t", "\\\r"]) + c
            else:
                out += c
        return out
    return r.choice(["", "", "", " ", "\t"]) + escaped(name, True) + r.choice(["=", "=", "=", " = ", ":", " ", "\t:\f"]) + escaped(text, False)


def hostile(r):
    return "".join(r.choice("ab=:\\ \t\f#!u0041\n\r한\U0001f511") for _ in range(r.randint(0, 25)))


def client_config(r):
    client = r.choice(["producer", "consumer"])
    if r.random() < 0.2:
        text = hostile(r) if r.random() < 0.6 else "\n".join(written(r, hostile(r)[:5], hostile(r)) for _ in range(r.randint(0, 4)))
        # A surrogate without its other half is no text.
        return {"client": client, "properties": text, "read_only": True} if "\\uD" not in text.upper() else {"client": client, "properties": "", "read_only": True}
    rows = {row[0]: row for row in ROWS[client]}
    end = "Serializer" if client == "producer" else "Deserializer"
    settings = {name: f"{KAFKA}common.serialization.{r.choice(SERIALIZED)}{end}" for name in NEEDED[client] if r.random() < 0.97}
    if r.random() < 0.97:
        settings["bootstrap.servers"] = "localhost:1"
    if client == "consumer" and r.random() < 0.8:
        settings["group.id"] = "g"
    for _ in range(r.choice([0, 1, 1, 2, 3, 5, 9])):
        what = r.random()
        if what < 0.5:
            name = r.choice(LIKELY[client])
        elif what < 0.85:
            name = r.choice(list(rows))
        else:
            name = r.choice(UNKNOWN)
        settings[name] = spaced(r, value(r, client, rows[name]) if name in rows else r.choice(["1", "x", ""]))
    if settings.get("group.protocol", "").strip(" \t\u0001").lower() == "consumer":
        # Read by a thread of its own, so that Kafka's list of what is not used hangs on chance.
        settings.pop("auto.commit.interval.ms", None)
    lines = [written(r, name, text) for name, text in settings.items()]
    r.shuffle(lines)
    for _ in range(r.choice([0, 0, 1, 2])):
        lines.insert(r.randint(0, len(lines)), r.choice(["", "# a comment", "! one \\", "   ", "#acks=0"]))
    if r.random() < 0.01:
        lines.insert(r.randint(0, len(lines)), r.choice(["a=\\u00g1", "a=\\u12", "\\u"]))
    return {"client": client, "properties": r.choice(["\n", "\n", "\n", "\r\n", "\r"]).join(lines) + r.choice(["", "\n"])}
