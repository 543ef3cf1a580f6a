"""One worker: its queue, the attempt that runs, its spool and its connection.

It is one thread: while a task runs it hears nothing, and the server knows that. What matters meanwhile is in files (the spool, the hold
file) or comes as a signal.
"""

import os
import signal
import time
import traceback
from collections import deque

from .attempt import run_attempt, runs_pip
from .files import Spool, WorkerFiles
from .frames import encode
from .link import Link
from .runner import Terminated
from .surroundings import Surroundings

# The exit code of a worker that fails itself: not for anything its attempt did.
WORKER_FAULT = 70
# That of one whose task left it unable to tell how it ended: the attempt is lost.
_RUINED = 1
# Bytes in an output file and in the spool, after which a fresh worker takes over.
_WORN_OUTPUT = 64 * 1024 * 1024
_WORN_SPOOL = 16 * 1024 * 1024


class Worker:
    def __init__(self, directory, worker, staging_directory, linger_seconds):
        self._id = worker
        self._files = WorkerFiles(directory, worker)
        self._staging_directory = staging_directory
        self._linger_seconds = linger_seconds
        self._spool = Spool(self._files.spool)
        self._queue = deque()
        # Results as frames, until a server says that they are durable.
        self._unacknowledged = {}
        # Results that are only in the spool any more, for the next server.
        self._kept = set()
        self._running = None
        # The hold file was there when an attempt was about to start: nothing starts until the recall that comes with it.
        self._held = False
        self._retiring = None
        self._leaving = False
        self._idle_since = time.monotonic()
        self._link = Link(self._files, self._hello)
        signal.signal(signal.SIGTERM, self._terminate)
        self._surroundings = Surroundings()

    def run(self):
        while True:
            next_attempt = self._next()
            if next_attempt is not None:
                self._start(*next_attempt)
            elif self._link.is_connected:
                self._exit_when_handed_over()
                self._hear(None)
            else:
                self._wait_alone()
            # Between two attempts as well: a recall or the end of the connection must be heard before another one starts.
            self._hear(0)

    def _hello(self):
        with open(self._files.secret, encoding="utf-8") as file:
            secret = file.read()
        return {
            "kind": "hello",
            "secret": secret,
            "worker": self._id,
            "pid": os.getpid(),
            "running": None,
            "unacknowledged": [*self._unacknowledged, *self._kept],
        }

    def _hear(self, wait_seconds):
        was_connected = self._link.is_connected
        for message, body in self._link.receive(wait_seconds):
            self._received(message, body)
        if was_connected and not self._link.is_connected:
            self._forget_queue()

    def _received(self, message, body):
        kind = message["kind"]
        if kind == "welcome":
            self._leaving = False
            for frame in self._unacknowledged.values():
                self._link.send(frame)
            if self._retiring is not None:
                self._tell_retiring()
        elif kind == "attempt":
            self._queue.append((message, body))
        elif kind == "recall":
            self._forget_queue()
            self._link.send(encode({"kind": "recalled", "running": None}))
        elif kind in ("ack", "keep"):
            for token in message["tokens"]:
                self._unacknowledged.pop(token, None)
                self._kept.discard(token)
            if kind == "keep":
                self._kept.update(message["tokens"])
        elif kind == "leave":
            self._leaving = True

    def _forget_queue(self):
        """What has not started will not start here: the server (this one or the next) gives it to another worker."""
        self._queue.clear()
        self._held = False
        try:
            os.unlink(self._files.hold)
        except OSError:
            pass
        self._idle_since = time.monotonic()

    def _next(self):
        """The attempt that starts now, as it came."""
        if self._held or self._leaving or self._retiring is not None or not self._queue:
            return None
        if self._spool.is_gone:
            self._retire("its files have been removed")
            return None
        return self._queue.popleft()

    def _start(self, attempt, body):
        token = attempt["token"]
        spooled_from = self._spool.size
        started_at = _now()
        stdout, stderr = _output_sizes()
        # Written before any of the user's code runs, and before the look at the hold file: a server that makes the file and then
        # reads the spool either finds this record there, or can be sure that the attempt does not start.
        self._spool.append(
            encode({"kind": "started", "token": token, "at": started_at, "stdout": stdout, "stderr": stderr})
        )
        self._held = os.path.exists(self._files.hold)
        if self._held:
            self._spool.append(encode({"kind": "unstarted", "token": token}))
            return
        self._running = token
        try:
            end = run_attempt(attempt, body, self._staging_directory)
            self._running = None
            self._report(end, attempt, body, (spooled_from, started_at, stdout, stderr))
        except BaseException:
            # The worker was sound before: the task closed its files, say, or left it no memory.
            _ruined()

    def _report(self, end, attempt, body, begun):
        token = attempt["token"]
        spooled_from, started_at, stdout, stderr = begun
        stdout_end, stderr_end = _output_sizes()
        record = {
            "kind": "result",
            "token": token,
            "startedAt": started_at,
            "endedAt": _now(),
            "stdout": {"start": stdout, "end": stdout_end},
            "stderr": {"start": stderr, "end": stderr_end},
            "outcome": end.outcome,
            "spooledFrom": spooled_from,
        }
        frame = encode(record, end.body)
        # If the process dies after this, the server reads it here.
        self._spool.append(frame)
        self._unacknowledged[token] = frame
        self._idle_since = time.monotonic()
        self._link.send(frame)
        self._look_after(attempt, body, max(stdout_end, stderr_end))

    def _look_after(self, attempt, body, output):
        """Goes on only when nothing of the last attempt is left."""
        if output > _WORN_OUTPUT or self._spool.size > _WORN_SPOOL:
            self._retire("worn out")
        elif runs_pip(attempt, body):
            self._retire("the task installed packages")
        else:
            left = self._surroundings.leftover()
            if left is not None:
                self._retire(f"the task left {left} behind")

    def _retire(self, reason):
        if self._retiring is not None:
            return
        self._retiring = reason
        self._forget_queue()
        self._tell_retiring()

    def _tell_retiring(self):
        self._link.send(encode({"kind": "retiring", "running": None, "reason": self._retiring}))

    def _terminate(self, *_):
        if self._running is None:
            self._end(0)
        # Once: what the task does to clean up is not disturbed, and the server's patience is limited.
        self._running = None
        self._retiring = self._retiring or "the task was told to end"
        raise Terminated

    def _wait_alone(self):
        if self._leaving or self._retiring is not None:
            self._exit_when_handed_over()
        if time.monotonic() - self._idle_since > self._linger_seconds:
            self._end(0)
        self._link.connect()

    def _exit_when_handed_over(self):
        if (self._leaving or self._retiring is not None) and not self._unacknowledged:
            self._end(0)

    def _end(self, code):
        """Ends this process and every one that it left in its group: nothing of a task outlives its worker."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        try:
            os.killpg(os.getpid(), signal.SIGTERM)
        except OSError:
            pass
        os._exit(code)


def _now():
    return int(time.time() * 1000)


def _ruined():
    try:
        traceback.print_exc()
    finally:
        os._exit(_RUINED)


def _output_sizes():
    return os.fstat(1).st_size, os.fstat(2).st_size
