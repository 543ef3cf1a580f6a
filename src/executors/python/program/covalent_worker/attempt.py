"""One attempt: what the server sent becomes what the runner needs, and what the runner gives becomes an outcome."""

import hashlib
import io
import json
import os
import sys

from .failure import failure, failure_of
from .runner import TaskFailed, run_task
from .sublattice import manifest_file, noted_registration
from .surroundings import lent

# Bytes: larger outputs are handed over in a file.
_INLINE_LIMIT = 16 * 1024
# Characters of the short text that describes an output.
_MAX_TEXT = 4_000


class AttemptEnd:
    """How an attempt ended, and the bytes of a small output."""

    def __init__(self, outcome, body=b""):
        self.outcome = outcome
        self.body = body


def run_attempt(attempt, body, staging_directory):
    """Runs one attempt. Whatever goes wrong is an outcome; it raises nothing."""
    try:
        payloads = _payloads(attempt, body)
        mismatch = _version_mismatch(attempt, payloads)
        if mismatch is not None:
            return _failed(mismatch)
        inputs = {"function": payloads[attempt["function"]], "hooks": _hooks(attempt, payloads)}
        for number, digest in attempt["inputs"]:
            inputs[f"input {number}"] = payloads[digest]
        task = {
            "dispatch_id": attempt["dispatchId"],
            "electron_id": attempt["nodeId"],
            "args": attempt["args"],
            "kwargs": attempt["kwargs"],
            "server_url": attempt["serverUrl"],
        }
        with (
            lent(_environment(attempt), attempt["workdir"]),
            noted_registration(attempt["dispatchId"], attempt["nodeId"]) as registration,
        ):
            output = run_task(task, inputs)
        codec, text = "pickle", _text_of(output, 4 * _MAX_TEXT)[:_MAX_TEXT]
        if attempt["sublattice"]:
            # Registered, it needs nothing more; else it is registered from what the attempt puts out.
            codec, text, output = "manifest", "", b"" if registration.done else manifest_file(registration.lattice)
        return _completed(output, codec, text, attempt["token"], staging_directory)
    except TaskFailed as failed:
        return _failed(failed.failure)
    except BaseException as error:
        return _failed(failure_of("executor", error))


def runs_pip(attempt, body):
    """True when the attempt installs packages, which no other task may find by accident."""
    try:
        hooks = _hooks(attempt, _payloads(attempt, body))().read()
        return "pip" in (json.loads(hooks).get("deps") or {})
    except (OSError, ValueError, AttributeError):
        return False


def _failed(data):
    return AttemptEnd({"status": "failed", "failure": data})


def _completed(output, codec, text, token, staging_directory):
    digest = hashlib.sha256(output).hexdigest()
    described = {"digest": digest, "size": len(output), "codec": codec, "text": text}
    if len(output) <= _INLINE_LIMIT:
        return AttemptEnd({"status": "completed", "output": {**described, "file": None}}, output)
    file = os.path.join(staging_directory, f"output-{token}")
    # Under its final name only when it is whole: the spool names it, and whoever reads the spool takes the file as it is.
    with open(f"{file}.part", "wb") as part:
        part.write(output)
    os.rename(f"{file}.part", file)
    return AttemptEnd({"status": "completed", "output": {**described, "file": file}})


def _payloads(attempt, body):
    """What opens each payload, by its digest: in the store's file, or in the frame's body."""
    payloads = {}
    offset = 0
    for payload in attempt["payloads"]:
        path, length = payload["path"], payload["length"]
        payloads[payload["digest"]] = _in_memory(body[offset : offset + length]) if path is None else _in_file(path)
        offset += length if path is None else 0
    return payloads


def _in_memory(content):
    return lambda: io.BytesIO(content)


def _in_file(path):
    return lambda: open(path, "rb")


def _hooks(attempt, payloads):
    return payloads[attempt["hooks"]] if attempt["hooks"] is not None else _in_memory(b"{}")


def _environment(attempt):
    task = {name: attempt[key] for name, key in (("electron_id", "nodeId"), ("args", "args"), ("kwargs", "kwargs"))}
    return {
        **attempt["env"],
        "COVALENT_DISPATCH_ID": attempt["dispatchId"],
        "COVALENT_DISPATCHER_URL": attempt["serverUrl"],
        "COVALENT_TASKS": json.dumps([task]),
    }


def _version_mismatch(attempt, payloads):
    """Functions are pickled as byte code, which only the same version of Python can run."""
    with payloads[attempt["function"]]() as file:
        made = _header_of(file.read()).get("py_version")
    mine = ".".join(str(part) for part in sys.version_info[:3])
    if made is None or made.split(".")[:2] == mine.split(".")[:2]:
        return None
    return failure(
        "executor",
        "PythonVersionMismatch",
        f"this task was made with Python {made}, and {sys.executable} is Python {mine}: "
        f"set executors.local.python to an interpreter of version {'.'.join(made.split('.')[:2])} with covalent installed",
    )


def _header_of(archive):
    string_offset = int.from_bytes(archive[:8], "big")
    try:
        return json.loads(archive[16:string_offset])
    except ValueError:
        return {}


def _text_of(archive, limit):
    """The text that the SDK puts beside every pickle; at most so many bytes of it."""
    start, end = (int.from_bytes(archive[at : at + 8], "big") for at in (0, 8))
    return archive[start : min(end, start + limit)].decode("utf-8", "ignore")
