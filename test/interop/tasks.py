"""What the conformance suite of executors runs, pickled as the SDK does it: prints each function's archive by its name, in base64."""

import base64
import json
import os
import subprocess
import sys

from covalent import TransportableObject


def add(a, b):
    return a + b


def boom(message):
    raise TypeError(message) from RuntimeError("the deeper reason")


def speak(word):
    print(f"out {word}")
    print(f"err {word}", file=sys.stderr)
    subprocess.run(["echo", f"child {word}"], check=True)


def spin():
    while True:
        pass


def pid():
    return os.getpid()


if __name__ == "__main__":
    tasks = {function.__name__: function for function in (add, boom, speak, spin, pid)}
    archives = {name: TransportableObject(function).serialize() for name, function in tasks.items()}
    print(json.dumps({name: base64.b64encode(archive).decode() for name, archive in archives.items()}))
