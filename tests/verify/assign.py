#!/usr/bin/env python3
"""Cases of kind `assign`: single ones, and chains of rebalances in which each answer is the next one's `owned`.

`assign(r)` gives a random case without id and kind, as the other generators do. `chains` needs answers between its rounds:

    for cases in chains(seed, count):  # a list of cases, one of each chain that goes on
        cases.send(answers)

As a program it prints single cases: `assign.py SEED COUNT`; or puts chains to both answerers and compares:
`assign.py SEED COUNT OURS KAFKA`, where OURS and KAFKA are commands that read cases and write answers.
"""

import json
import random
import shlex
import subprocess
import sys

ASSIGNORS = [("range", "client"), ("roundrobin", None), ("sticky", None), ("cooperative-sticky", None), ("uniform", None), ("range", "broker")]
TOPICS = ["t", "t1", "t10", "t2", "Zeta", "a-b", "주문", "\U0001f511", "\uffff", "_x", "purchases", "gone"]
# Equal hashes ("Aa", "BB"), Java's order of strings, ids as clients make them.
IDS = ["m", "M", "", "C", "é", "한", "\U0001f511", "\uffff", "AaAa", "AaBB", "BBAa", "BBBB", "consumer-g-", "m0", "m1", "m10"]
COUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 10, 12, 17, 40, 100]


class World:
    """A group that lives on: who is in it, what it subscribes to, what it had."""

    def __init__(self, r, assignor=None):
        self.r = r
        self.assignor, self.side = assignor or r.choice(ASSIGNORS)
        self.broker = self.side == "broker" or self.assignor == "uniform"
        self.equal = r.random() < 0.5
        self.wild = r.random() < 0.3  # Members say what they please.
        names = r.sample(TOPICS, r.randint(1, 7))
        self.partitions = {topic: r.choice(COUNTS) for topic in names if topic != "gone"}
        self.names = names
        self.shared = r.sample(names, r.randint(1, len(names)))
        self.members = {}
        self.left = []
        self.generation = r.choice([0, 0, 3])
        for _ in range(r.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 11, 14, 20])):
            self.join()

    def topics(self):
        if self.equal and self.r.random() < 0.95:
            return list(self.shared)
        topics = self.r.sample(self.names, self.r.randint(0 if self.r.random() < 0.1 else 1, len(self.names)))
        if self.wild and topics and self.r.random() < 0.05:
            topics.append(topics[0])
        return topics

    def join(self):
        r = self.r
        if self.left and r.random() < 0.3:
            member = self.left.pop()  # Comes back with what it remembers.
        else:
            at = r.choice([len(self.members), r.randint(0, 40)])
            member = {"id": r.choice(IDS) + str(at), "topics": self.topics()}
            if r.random() < 0.25:
                member["instance_id"] = r.choice([None, r.choice(["i", "", "I", "한", "\U0001f511", "\uffff"]) + str(r.choice([at, at, 0]))])
            if r.random() < 0.1:
                member["rack"] = r.choice([None, "a", "b", ""])
        self.members.setdefault(member["id"], member)

    def change(self):
        r = self.r
        for _ in range(r.choice([0, 1, 1, 1, 2, 3])):
            what = r.random()
            if what < 0.35:
                self.join()
            elif what < 0.6 and self.members:
                self.left.append(self.members.pop(r.choice(list(self.members))))
            elif what < 0.75 and self.members:
                r.choice(list(self.members.values()))["topics"] = self.topics()
            elif what < 0.8:
                self.shared = r.sample(self.names, r.randint(1, len(self.names)))
                for member in self.members.values():
                    member["topics"] = self.topics()
            elif what < 0.9 and self.partitions:
                topic = r.choice(list(self.partitions))
                self.partitions[topic] += r.choice([1, 2, 5])
            elif what < 0.95 and self.partitions and (not self.broker or self.wild):
                self.partitions.pop(r.choice(list(self.partitions)))
            else:
                self.partitions.setdefault(r.choice(self.names), r.choice(COUNTS))
        if r.random() < 0.3:
            order = list(self.members.values())
            r.shuffle(order)
            self.members = {member["id"]: member for member in order}

    def lie(self, member):
        """What one of a wild group says that it had."""
        r, owned = self.r, list(member.get("owned", []))
        what = r.random()
        if what < 0.3 and self.members:  # Claims what another has.
            owned += r.choice(list(self.members.values())).get("owned", [])[: r.randint(1, 4)]
        elif what < 0.5 and self.partitions:
            topic = r.choice(list(self.partitions))
            owned += [[topic, r.randint(0, max(self.partitions[topic], 1))] for _ in range(r.randint(1, 5))]
        elif what < 0.6 and owned:
            owned.append(r.choice(owned))
        elif what < 0.7:
            owned = owned[: len(owned) // 2]
        member["owned"] = owned
        if r.random() < 0.6:
            member["generation"] = max(-1, member.get("generation", self.generation) + r.choice([-3, -1, -1, 0, 1]))
        elif r.random() < 0.2:
            member.pop("generation", None)

    def case(self):
        members = [dict(member) for member in self.members.values()]
        if self.wild:
            for member in members:
                if self.r.random() < 0.4:
                    self.lie(member)
        case = {"assignor": self.assignor, "partitions": dict(self.partitions), "members": members}
        if self.side and (self.side != "client" or self.r.random() < 0.3):
            case["side"] = self.side
        return case

    def assigned(self, assignment):
        """Most members take what they were given; some miss it."""
        self.generation += 1
        for member in self.members.values():
            if member["id"] in assignment and self.r.random() < 0.93:
                member["owned"], member["generation"] = assignment[member["id"]], self.generation
                if self.broker:
                    del member["generation"]
            elif self.broker:
                member["owned"] = []


def deal(world):
    """Some assignment, made without an assignor, to begin with."""
    r, assignment = world.r, {member: [] for member in world.members}
    for topic, count in world.partitions.items():
        readers = [id for id, member in world.members.items() if topic in member["topics"]]
        for partition in range(count):
            if readers and r.random() < 0.95:
                assignment[r.choice(readers)].append([topic, partition])
    return assignment


def assign(r):
    world = World(r)
    if r.random() < 0.7:
        world.assigned(deal(world))
        world.change()
    return world.case()


def chains(seed, count, rounds=8):
    worlds = [World(random.Random(f"{seed}/chain/{at}"), ASSIGNORS[at % len(ASSIGNORS)]) for at in range(count)]
    for turn in range(rounds):
        cases = [{"id": f"chain-{seed}-{at}-{turn}", "kind": "assign", **world.case()} for at, world in enumerate(worlds)]
        answers = yield cases
        for world, answer in zip(worlds, answers):
            if "assignment" in answer:
                world.assigned(answer["assignment"])
            world.change()


def assign_chain(r, rounds=6):
    """A group some rebalances later: each of Kafka's answers is what the members bring to the next one."""
    world = World(r)
    for _ in range(r.randint(1, rounds)):
        [answer] = yield [{"kind": "assign", **world.case()}]
        world.assigned(answer.get("assignment", {}))
        world.change()
    return world.case()


def ask(command, cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    out = subprocess.run(shlex.split(command), input=lines, text=True, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in out.split("\n") if line]


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    if len(sys.argv) < 5:
        for at in range(count):
            print(json.dumps({"id": f"assign-{seed}-{at}", "kind": "assign", **assign(random.Random(f"{seed}/assign/{at}"))}))
        return
    ours, kafka = sys.argv[3:]
    run = chains(seed, count)
    cases, asked, differing, refused = next(run), 0, 0, 0
    while True:
        answers = ask(kafka, cases)
        for case, a, b in zip(cases, ask(ours, cases), answers, strict=True):
            asked, refused = asked + 1, refused + ("error" in b)
            if a != b:
                differing += 1
                if differing <= 3:
                    print(json.dumps(case), f"ours  {a}", f"kafka {b}", sep="\n", end="\n\n")
        try:
            cases = run.send(answers)
        except StopIteration:
            break
    print(f"{asked} cases in {count} chains, {refused} of them refused by Kafka, {differing} differ")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
