"""The book's two programs on a real broker, and the presets of the same names in our core: the same lines, records and offsets."""

import json
import pathlib
import signal
import subprocess
import time

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent.parent / "src/sim/scenarios"
RECORDS = [["alice", "a1"], ["bob", "b1"], ["carol", "c1"], ["dave", "d1"], ["alice", "a2"], ["eve", "e1"]]


def properties(path, settings):
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return str(path)


def thrown(text):
    """What a program that ended by an exception says of it, without its stack."""
    lines = []
    for line in text.splitlines():
        line = line.removeprefix('Exception in thread "main" ')
        if line and not line.lstrip().startswith(("at ", "...")):
            lines.append(line)
    return lines


class Program:
    """One of the book's programs, in a Java of its own."""

    def __init__(self, java, name, *args):
        self.process = subprocess.Popen([*java, f"book.{name}", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ended(self):
        out, err = self.process.communicate(timeout=120)
        return out.splitlines(), thrown(err)

    def killed_after(self, count):
        """The first lines, then no word more: as a process that is killed."""
        lines = [self.process.stdout.readline().rstrip("\n") for _ in range(count)]
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        return lines
