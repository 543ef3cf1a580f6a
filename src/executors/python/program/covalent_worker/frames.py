"""Frames: how messages travel on a socket and lie in a spool. All numbers are big-endian:

    u32 length of all that follows | u32 length of the header | header (JSON, UTF-8) | body
"""

import json
import struct

_PREFIX = struct.Struct(">II")


def encode(header, body=b""):
    """One frame as bytes."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((_PREFIX.pack(4 + len(text) + len(body), len(text)), text, body))


class FrameReader:
    """Takes bytes as they come and gives whole frames, as pairs of header and body."""

    def __init__(self):
        self._buffer = bytearray()

    def feed(self, chunk):
        self._buffer += chunk
        while len(self._buffer) >= _PREFIX.size:
            length, header_length = _PREFIX.unpack_from(self._buffer)
            end = 4 + length
            if len(self._buffer) < end:
                return
            frame = bytes(self._buffer[_PREFIX.size : end])
            del self._buffer[:end]
            yield json.loads(frame[:header_length]), frame[header_length:]
