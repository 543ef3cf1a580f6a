"""The files of one worker in the executor's directory, and the spool among them."""

import os


class WorkerFiles:
    """Where the files of a worker are; the server knows them by the same names."""

    def __init__(self, directory, worker):
        def file(extension):
            return os.path.join(directory, f"worker-{worker}.{extension}")

        self.directory = directory
        self.stdout = file("stdout")
        self.stderr = file("stderr")
        self.spool = file("spool")
        # While it exists the worker starts nothing.
        self.hold = file("hold")

    @property
    def address(self):
        """Names the socket of the server that listens now."""
        return os.path.join(self.directory, "address")

    @property
    def secret(self):
        """What a worker proves with that it is the server's."""
        return os.path.join(self.directory, "secret")


class Spool:
    """An append-only file of frames: what was started and how it ended, each written before it is acted upon."""

    def __init__(self, path):
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.size = os.fstat(self._fd).st_size

    @property
    def is_gone(self):
        """Somebody has removed the file: what is appended is read by nobody."""
        return os.fstat(self._fd).st_nlink == 0

    def append(self, frame):
        view = memoryview(frame)
        while view:
            view = view[os.write(self._fd, view) :]
        self.size += len(frame)
