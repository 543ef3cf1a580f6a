"""A worker's connection to whichever server listens now."""

import select
import socket
import time

from .frames import FrameReader, encode

RECONNECT_SECONDS = 0.15
_CHUNK = 1024 * 1024


class Link:
    """Connected or not; what is sent without a server is dropped, for results are in the spool."""

    def __init__(self, files, hello):
        self._files = files
        self._hello = hello
        self._socket = None
        self._reader = FrameReader()

    @property
    def is_connected(self):
        return self._socket is not None

    def connect(self):
        """Tries once; a server that is about to start is found by trying again."""
        try:
            with open(self._files.address, encoding="utf-8") as file:
                address = file.read()
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(address)
                connection.sendall(encode(self._hello()))
            except OSError:
                connection.close()
                raise
        except OSError:
            time.sleep(RECONNECT_SECONDS)
            return
        self._socket = connection
        self._reader = FrameReader()

    def send(self, frame):
        if self._socket is None:
            return
        try:
            self._socket.sendall(frame)
        except OSError:
            self.drop()

    def receive(self, wait_seconds):
        """The messages that have come; waits for the first one at most so long, for ever with None."""
        messages = []
        while self._socket is not None:
            readable, _, _ = select.select([self._socket], [], [], 0 if messages else wait_seconds)
            if not readable:
                break
            try:
                chunk = self._socket.recv(_CHUNK)
            except OSError:
                chunk = b""
            if chunk:
                messages.extend(self._reader.feed(chunk))
            else:
                self.drop()
        return messages

    def drop(self):
        if self._socket is not None:
            self._socket.close()
        self._socket = None
