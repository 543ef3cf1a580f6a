"""Runs the task of an attempt with the SDK's own file-based runner (`run_task_group_alt`).

The runner reads its inputs from files and writes its results to files, by names that it is given. Here these names lead to bytes in
memory and to the worker's own output: the module's `open` is ours, and nothing touches the disk. Prints, and whatever the task's children
write, come to the same two descriptors.
"""

import io
import os
import sys
import traceback
from contextlib import contextmanager

from covalent._workflow.transportable_object import TransportableObject
from covalent.executor.utils import wrappers

from .failure import failure_of

_STREAMS = {"/dev/fd/1": 1, "/dev/fd/2": 2}
_OUTPUT = "covalent-worker:output"
_RESULTS = "covalent-worker:results"


class Terminated(BaseException):
    """The task is to end: it was cancelled, or ran longer than its timeout."""


class TaskFailed(Exception):
    """Carries the failure of a task."""

    def __init__(self, failure):
        super().__init__(failure["message"])
        self.failure = failure


def run_task(task, inputs):
    """The bytes of the output asset of a task. `inputs` has what opens each input, by its name. Raises TaskFailed."""
    node = task["electron_id"]
    # Each name twice: release 0.240 of the SDK calls them by the first, 0.238 by the second.
    specs = [
        {"electron_id": node, "args": task["args"], "kwargs": task["kwargs"]}
        | {"function_id": node, "args_ids": task["args"], "kwargs_ids": task["kwargs"]}
    ]
    resources = {
        "functions": {node: "function"},
        "hooks": {node: "hooks"},
        "inputs": {number: f"input {number}" for number in (*task["args"], *task["kwargs"].values())},
    }
    group = {"dispatch_id": task["dispatch_id"], "node_ids": [node], "task_group_id": node}
    output, raised = _KeptBytes(), _Raised()
    process = os.getpid()
    with _patched(open=_opener(inputs, output), traceback=raised):
        try:
            wrappers.run_task_group_alt(
                specs, resources, [(_OUTPUT, "/dev/fd/1", "/dev/fd/2")], _RESULTS, group, task["server_url"]
            )
        except BaseException as error:
            # What the runner does not expect: sys.exit() of a task, most likely. It falls over it itself.
            raised.error = _root(error)
            traceback.print_exception(raised.error, file=sys.stderr)
    if os.getpid() != process:
        _end_copy(raised.error)
    if raised.error is not None:
        raise TaskFailed(_failure_of(raised.error))
    return output.kept


def _end_copy(error):
    """Ends a process that the task forked and that came out of the task: it is no worker, and what it gives is not the task's result."""
    code = error.code if isinstance(error, SystemExit) else error and 1
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


class _KeptBytes(io.BytesIO):
    """What was written stays when it is closed."""

    kept = b""

    def close(self):
        self.kept = self.getvalue()
        super().close()


class _Raised:
    """Stands in for the module `traceback`, to which the runner hands whatever a task raises."""

    def __init__(self):
        self.error = None
        self.TracebackException = self

    def from_exception(self, error):
        self.error = error
        return traceback.TracebackException.from_exception(error)


def _opener(inputs, output):
    def open_name(name, mode="r", *more, **keywords):
        if name in _STREAMS:
            return open(_STREAMS[name], "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
        if name in inputs:
            return inputs[name]()
        if name == _OUTPUT:
            return output
        if isinstance(name, str) and name.startswith(_RESULTS):
            return io.StringIO()
        return open(name, mode, *more, **keywords)

    return open_name


@contextmanager
def _patched(**names):
    """Names of the runner's module, ours for a while."""
    before = {name: wrappers.__dict__.get(name) for name in names}
    wrappers.__dict__.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del wrappers.__dict__[name]
            else:
                wrappers.__dict__[name] = value


def _root(error):
    """The exception that the runner fell over."""
    while not isinstance(error, (SystemExit, KeyboardInterrupt, Terminated)) and error.__context__ is not None:
        error = error.__context__
    return error


def _failure_of(error):
    kind = _kind_of(error)
    if isinstance(error, SystemExit):
        code = "" if error.code is None else repr(error.code)
        return failure_of(kind, error, f"the task called sys.exit({code})")
    if isinstance(error, Terminated):
        return failure_of(kind, error, "the task was told to end")
    return failure_of(kind, error)


def _kind_of(error):
    """Whose fault it is: known by where the runner was."""
    functions = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = [function.co_name for function in functions]
    if "wrapper_fn" not in names:
        return "output" if "serialize_node_asset" in names else "input"
    below = functions[names.index("wrapper_fn") + 1 :]
    # What the task returned is pickled at the end of the wrapper.
    is_output = len(below) > 0 and below[0] is TransportableObject.__init__.__code__
    return "output" if is_output else "user-error"
