"""What a task finds around it, and what it leaves behind.

A worker whose process is not as it was after a task runs no other one: a forgotten thread or child would write into the next task's log,
another directory or environment would change what it does.
"""

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager

# What a task stops without waiting (a thread, a child) may take so long to be gone.
_SETTLE_SECONDS = 0.05
_SETTLE_POLL_SECONDS = 0.005


@contextmanager
def lent(env, workdir):
    """Gives a task its environment and directory, and takes them back. What it changed itself stays, to be found by `leftover`."""
    before = {name: os.environ.get(name) for name in env}
    home = os.getcwd()
    os.environ.update(env)
    if workdir is not None:
        os.makedirs(workdir, exist_ok=True)
        os.chdir(workdir)
    inside = workdir and os.getcwd()
    try:
        yield
    finally:
        for name, value in env.items():
            if os.environ.get(name) == value:
                _put_back(name, before[name])
        if inside and _current_directory() == inside:
            os.chdir(home)


def _put_back(name, value):
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value


class Surroundings:
    """How the process was before its first task."""

    def __init__(self):
        self._environment = dict(os.environ)
        self._directory = _current_directory()
        self._path = list(sys.path)
        self._handlers = _handlers()
        self._threads = threading.active_count()
        self._children = f"/proc/self/task/{os.getpid()}/children"

    def leftover(self):
        """What a task has left, in words; None when there is nothing."""
        if dict(os.environ) != self._environment:
            return "another environment"
        if _current_directory() != self._directory:
            return "another working directory"
        if sys.path != self._path:
            return "another sys.path"
        if _handlers() != self._handlers:
            return "signal handlers"
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (found := self._living()) is not None and time.monotonic() < deadline:
            time.sleep(_SETTLE_POLL_SECONDS)
        return found

    def _living(self):
        if threading.active_count() > self._threads:
            return "threads"
        try:
            with open(self._children, encoding="ascii") as file:
                return "child processes" if file.read().strip() else None
        except OSError:
            return None


def _current_directory():
    try:
        return os.getcwd()
    except OSError:
        return None


def _handlers():
    return [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM)]
