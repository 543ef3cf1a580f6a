"""Failures: how what was raised becomes plain data (src/model/failure.ts in the sources)."""

import traceback

_MAX_MESSAGE = 10_000
_MAX_STACK = 64 * 1024


def failure_of(kind, error, message=None):
    """An exception as a failure; whatever it is, this raises nothing."""
    text = message if message is not None else _text_of(error)
    failure = {"kind": kind, "name": type(error).__name__, "message": _cut(text, _MAX_MESSAGE)}
    classes = _classes_above(type(error))
    if classes:
        failure["classes"] = classes
    stack = _stack_of(error)
    if stack is not None:
        failure["stack"] = _cut(stack, _MAX_STACK)
    return failure


def failure(kind, name, message):
    """A failure that nothing was raised for."""
    return {"kind": kind, "name": name, "message": message}


def _text_of(error):
    try:
        return str(error) or type(error).__name__
    except Exception:
        return type(error).__name__


def _stack_of(error):
    try:
        return "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:
        return None


def _classes_above(of):
    above = [base.__name__ for base in of.__mro__[1:]]
    return [name for name in above if name not in ("object", "BaseException", "Exception")][:20]


def _cut(text, length):
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= length else f"{clean[:length]}..."
