"""Values on their way between Python and JavaScript: the other end of crossing.ts and frames.ts in the sources.

JSON, with the bytes of arrays beside it, and patches: places in it where something stands that JSON has no word for.
"""

import array
import json
import math
import struct
import sys

# The largest whole number that a number of JavaScript holds exactly.
MAX_SAFE_INTEGER = 2**53 - 1

NOTHING = (None, [], [])

# Of the module `array`, by the names of element types: their sizes are these wherever Python runs today.
TYPECODES = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q", "f4": "f", "f8": "d"}


class Uncrossable(Exception):
    def __init__(self, path, reason, advice):
        super().__init__(reason)
        self.answer = {"path": path, "reason": reason, "advice": advice}


class NeedsNumPy(Exception):
    pass


def read_message(stream):
    (length,) = struct.unpack("<I", stream.read(4))
    wire = json.loads(stream.read(length).decode("utf-8"))
    # bytearray: arrays made of it can be written to.
    pieces = iter([bytearray(stream.read(size)) for size in wire["sizes"]])
    root = [wire["value"]]
    for path, kind, what in wire["patches"]:
        value = float(what.replace("Infinity", "inf")) if kind == "number" else _of_piece(kind, what, next(pieces))
        holder, key = root, 0
        for step in path:
            holder, key = holder[key], step
        holder[key] = value
    return wire["header"], root[0]


def write_message(stream, header, crossed):
    value, patches, pieces = crossed
    sizes = [memoryview(piece).nbytes for piece in pieces]
    wire = {"header": header, "value": value, "patches": patches, "sizes": sizes}
    text = json.dumps(wire, allow_nan=False).encode("ascii")
    stream.write(struct.pack("<I", len(text)))
    stream.write(text)
    for piece in pieces:
        stream.write(piece)


def _of_piece(kind, what, piece):
    if kind == "bytes":
        return bytes(piece)
    try:
        import numpy
    except ImportError:
        return _plain_array(what, piece)
    # Some releases refuse a buffer without bytes.
    return numpy.frombuffer(piece, dtype="<" + what) if piece else numpy.empty(0, dtype="<" + what)


def _plain_array(what, piece):
    if what not in TYPECODES:
        raise NeedsNumPy("without NumPy there are no arrays of 16-bit floats")
    made = array.array(TYPECODES[what])
    made.frombytes(piece)
    if sys.byteorder == "big":
        made.byteswap()
    return made


def crossing(value):
    """A value with its patches and pieces. Raises Uncrossable with the path of what cannot cross."""
    crosser = _Crosser()
    try:
        return crosser.cross(value, []), crosser.patches, crosser.pieces
    except RecursionError:
        reason = "it holds itself, or is nested too deeply"
        raise Uncrossable([], reason, "Return a flatter structure.") from None


class _Crosser:
    def __init__(self):
        self.patches = []
        self.pieces = []
        self.numpy = sys.modules.get("numpy")

    def cross(self, value, path):
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            return self._whole(value, path)
        if isinstance(value, float):
            return self._number(float(value), path)
        if isinstance(value, (list, tuple)):
            return [self.cross(item, path + [index]) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {self._key(key, path): self.cross(item, path + [key]) for key, item in value.items()}
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._piece([path, "bytes", ""], bytes(value))
        if isinstance(value, array.array):
            return self._array(value, path)
        if self.numpy is not None and isinstance(value, self.numpy.generic):
            return self._scalar(value, path)
        if self.numpy is not None and isinstance(value, self.numpy.ndarray):
            return self._ndarray(value, path)
        raise Uncrossable(path, "it is a %s" % _type_name(value), _advice(value))

    def _whole(self, value, path):
        if abs(value) <= MAX_SAFE_INTEGER:
            return int(value)
        reason = "the whole number %s is beyond what a number of JavaScript holds exactly" % _short(value)
        raise Uncrossable(path, reason, "Return a text (str), a float, or an array of 64-bit integers.")

    def _number(self, value, path):
        if math.isfinite(value):
            return value
        text = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        self.patches.append([path, "number", text])
        return 0

    def _key(self, key, path):
        if isinstance(key, str):
            return str(key)
        reason = "it has the key %s of the type %s" % (_short(key), _type_name(key))
        raise Uncrossable(path, reason, "Keys of objects are texts: {str(key): value ...}.")

    def _scalar(self, value, path):
        plain = value.item()
        if isinstance(plain, self.numpy.generic):
            raise Uncrossable(path, "it is a %s" % _type_name(value), "Return a float.")
        return self.cross(plain, path)

    def _array(self, value, path):
        kind = "f" if value.typecode in "fd" else "i" if value.typecode.islower() else "u"
        if value.typecode in "uw":
            return value.tounicode()
        if sys.byteorder == "big":
            value = array.array(value.typecode, value)
            value.byteswap()
        return self._piece([path, "array", "%s%d" % (kind, value.itemsize)], value.tobytes())

    def _ndarray(self, value, path):
        if value.ndim == 0:
            return self.cross(value[()], path)
        kind, size = value.dtype.kind, value.dtype.itemsize
        is_numbers = kind in "iu" and size <= 8 or kind == "f" and size in (2, 4, 8)
        if not is_numbers:
            # Booleans and texts are lists; what those hold that cannot cross is told by its place.
            return self.cross(value.tolist(), path)
        if value.ndim > 1:
            return [self.cross(row, path + [index]) for index, row in enumerate(value)]
        little = self.numpy.ascontiguousarray(value, dtype="<%s%d" % (kind, size))
        return self._piece([path, "array", "%s%d" % (kind, size)], little)

    def _piece(self, patch, data):
        self.patches.append(patch)
        self.pieces.append(data)
        return None


def _advice(value):
    if isinstance(value, (set, frozenset)):
        return "Return a list: sorted(it)."
    if hasattr(value, "isoformat"):
        return "Return a text: it.isoformat()."
    if hasattr(value, "__dataclass_fields__"):
        return "Return a dict: dataclasses.asdict(it)."
    if hasattr(value, "to_dict"):
        return "Return plain data: it.to_dict(), or the arrays of its columns."
    if hasattr(value, "__next__"):
        return "Return a list: list(it)."
    return "Return plain data: None, booleans, numbers, texts, lists, dicts, bytes and arrays."


def _type_name(value):
    of = type(value)
    return of.__name__ if of.__module__ == "builtins" else "%s.%s" % (of.__module__, of.__name__)


def _short(value):
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "of more than 40 digits"
    return text if len(text) <= 60 else text[:57] + "..."
