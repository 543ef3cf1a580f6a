"""The call itself: it comes on descriptor 3, the answer goes to descriptor 4; stdin, stdout and stderr are the function's own."""

import os
import sys

import lepton_values as values

CALL, ANSWER = 3, 4


class Fault(Exception):
    """What keeps the function from being called, or its result from going back."""

    def __init__(self, kind, reason, advice):
        super().__init__(reason)
        self.answer = {"outcome": "fault", "kind": kind, "reason": reason, "advice": advice}


def main():
    for descriptor in (CALL, ANSWER):
        # What the function starts does not inherit the pipes.
        os.set_inheritable(descriptor, False)
    _unwind_when_ended()
    try:
        answer, result = {"outcome": "returned"}, values.crossing(_called(*_received()))
    except Fault as fault:
        answer, result = fault.answer, values.NOTHING
    except values.Uncrossable as refused:
        answer, result = {"outcome": "uncrossable", **refused.answer}, values.NOTHING
    except BaseException as error:
        answer, result = _raised(error), values.NOTHING
    sys.stdout.flush()
    sys.stderr.flush()
    with os.fdopen(ANSWER, "wb") as stream:
        values.write_message(stream, answer, result)


def _received():
    try:
        with os.fdopen(CALL, "rb") as stream:
            return values.read_message(stream)
    except values.NeedsNumPy as error:
        raise Fault("input", str(error), "Install numpy for %s." % sys.executable) from None


def _unwind_when_ended():
    """A task that is cancelled has its `finally` blocks run; what takes too long over that is killed."""
    import signal

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _called(call, arguments):
    function = _function(_module(call), call["function"])
    names = call["argnames"]
    if names is None:
        result = function(*arguments)
    else:
        result = function(**dict(zip(names, arguments)))
    return _awaited(result)


# Before Python 3.10 only those are known that are built in.
STANDARD = frozenset(getattr(sys, "stdlib_module_names", sys.builtin_module_names))


def _name_taken(name):
    reason = "the file %s.py has the name of a module of Python's own" % name
    return Fault("code", reason, "Give the file another name.")


def _module(call):
    import importlib

    name, directory = call["module"], call["directory"]
    if directory is not None and name in STANDARD:
        # Whether it is found would depend on what has been imported by now, and others would find it in place of their own.
        raise _name_taken(name)
    # A file's own directory, as of `python file.py`; for a name the working directory, as of `python -m name`.
    sys.path.insert(0, os.getcwd() if directory is None else directory)
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as missing:
        # What the module itself imports and does not find is an error of its own, with a traceback.
        if missing.name is None or not (name == missing.name or name.startswith(missing.name + ".")):
            raise
        reason = "there is no Python module %s for %s (Python %s)" % (name, sys.executable, _version())
        raise Fault("code", reason, "Install it there, or give the path of a file: module: \"./%s.py\"." % name.split(".")[-1]) from None
    found = getattr(module, "__file__", None)
    if directory is not None and (found is None or not found.startswith(directory)):
        raise _name_taken(name)
    return module


def _function(module, path):
    found = module
    for step in path.split("."):
        if not hasattr(found, step):
            raise Fault("code", "the Python module %s has no %s" % (module.__name__, path), _nearest(found, step))
        found = getattr(found, step)
    if not callable(found):
        raise Fault("code", "%s of the Python module %s is no function" % (path, module.__name__), "Name a function.")
    return found


def _nearest(holder, name):
    import difflib

    near = difflib.get_close_matches(name, dir(holder), 1)
    if near:
        return "Did you mean %s?" % near[0]
    callables = [each for each in dir(holder) if not each.startswith("_") and callable(getattr(holder, each, None))]
    return "It has %s." % (", ".join(callables[:20]) or "no functions")


def _awaited(result):
    import inspect

    if not inspect.iscoroutine(result):
        return result
    import asyncio

    return asyncio.run(result)


def _raised(error):
    """Whatever was raised, as plain data; this raises nothing."""
    import traceback

    message = _text(error)
    if isinstance(error, SystemExit):
        message = "the function called sys.exit(%s)" % ("" if error.code is None else _text(error))
    try:
        lines = traceback.format_exception(type(error), error, _users_part(error.__traceback__))
    except Exception:
        lines = []
    above = [base.__name__ for base in type(error).__mro__[1:]]
    return {
        "outcome": "raised",
        "name": type(error).__name__,
        "classes": [name for name in above if name not in ("object", "BaseException", "Exception")],
        "message": message or type(error).__name__,
        "traceback": "".join(lines).rstrip(),
    }


def _users_part(trace):
    """What the function did: without the frames of this program and of the import system, which it was called through."""
    while trace is not None and _is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_own(filename):
    import importlib

    return filename in (__file__, importlib.__file__) or filename.startswith("<frozen importlib")


def _text(error):
    try:
        return str(error)
    except Exception:
        return ""


def _version():
    return ".".join(str(part) for part in sys.version_info[:3])

