"""Functions that the tests of leptons call."""

import os
import sys
import time

from scaling import FACTOR, scaled


def fit(rows, rate=1.0):
    return {"total": sum(rows) * rate, "scaled": [scaled(row) for row in rows], "factor": FACTOR}


def echo(value):
    return value


def describe(values):
    """What arrived: the name of its class, and its sum."""
    return ["%s.%s" % (type(values).__module__, type(values).__name__), float(sum(values))]


def halved(values):
    return [value / 2 for value in values] if isinstance(values, list) else values / 2


def say(text):
    print("said " + text)
    print("complained " + text, file=sys.stderr)
    return os.environ.get("LEPTON_GREETING", "none"), os.getcwd()


def flaky(journal, needed):
    with open(journal, "a+") as file:
        file.write("called\n")
        file.flush()
        file.seek(0)
        calls = len(file.readlines())
    if calls < needed:
        raise ConnectionResetError("call %d" % calls)
    return calls


def broken(rows):
    return rows[0]["missing"]


def unserializable():
    return {"when": {1, 2}}


def crash():
    os.abort()


def leave():
    sys.exit(3)


async def later(value):
    return value


def endless(journal):
    note(journal, "start %d" % os.getpid())
    try:
        while True:
            time.sleep(0.05)
    finally:
        note(journal, "tidied up")


def counted(journal, name, gate):
    """Waits until the file `gate` is there."""
    note(journal, "start " + name)
    while not os.path.exists(gate):
        time.sleep(0.02)
    note(journal, "end " + name)
    return name


def note(journal, line):
    with open(journal, "a") as file:
        file.write(line + "\n")
