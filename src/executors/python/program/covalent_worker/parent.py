"""The parent: imports the SDK once and forks workers when the server asks for them.

It is told by lines of JSON on its standard input, and answers by lines on descriptor 3:

    {"start": "<worker>"}            ->  {"started": "<worker>", "pid": 4711}
                                         {"ended": "<worker>", "exitCode": 0, "signal": null}
                                         {"ready": {"python": "3.12.1", "covalent": "0.240.0"}}, first of all
                                         {"fault": "<why no worker can be started>"}, then it ends

It ends with its server, when its input ends. Workers live on.
"""

import argparse
import gc
import json
import os
import select
import signal
import sys
import traceback

_ANSWERS = 3


def main(arguments):
    parser = argparse.ArgumentParser()
    for name in ("directory", "staging", "linger"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args(arguments)
    sys.argv[1:] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The programs beside the interpreter are its own: the `pip` of a task installs where the task runs.
    os.environ["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)))
    try:
        versions = _import_sdk()
    except Exception as error:
        _answer({"fault": _why(error)})
        sys.exit(1)
    # What is there now is never looked at again by the collector: it would copy every page of it into each worker.
    gc.collect()
    gc.freeze()
    _answer({"ready": versions})
    Parent(options).run()


def _import_sdk():
    import covalent

    from . import worker  # noqa: F401

    return {"python": _python_version(), "covalent": covalent.__version__}


def _python_version():
    return ".".join(str(part) for part in sys.version_info[:3])


def _why(error):
    here = f"{sys.executable} (Python {_python_version()})"
    if isinstance(error, ModuleNotFoundError) and error.name == "covalent":
        return f"{here} has no package covalent; install it there, or set executors.local.python to an interpreter that has it"
    last = traceback.format_exception_only(type(error), error)[-1].strip()
    return f"{here} cannot import the package covalent: {last}"


def _answer(message):
    os.write(_ANSWERS, f"{json.dumps(message)}\n".encode())


class Parent:
    def __init__(self, options):
        self._options = options
        self._workers = {}
        self._wake_read, wake_write = os.pipe()
        for fd in (self._wake_read, wake_write):
            os.set_blocking(fd, False)
        # A child that ends wakes the wait below.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self._wake_write = wake_write

    def run(self):
        pending = b""
        while True:
            readable, _, _ = select.select([0, self._wake_read], [], [])
            if self._wake_read in readable:
                os.read(self._wake_read, 4_096)
                self._reap()
            if 0 in readable:
                chunk = os.read(0, 64 * 1024)
                if not chunk:
                    return
                *lines, pending = (pending + chunk).split(b"\n")
                for line in lines:
                    self._start(json.loads(line)["start"])

    def _start(self, worker):
        pid = os.fork()
        if pid == 0:
            self._become(worker)
        self._workers[pid] = worker
        _lead_group(pid)
        _answer({"started": worker, "pid": pid})

    def _reap(self):
        while self._workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            worker = self._workers.pop(pid, None)
            code = os.waitstatus_to_exitcode(status)
            name = signal.Signals(-code).name if code < 0 else None
            _answer({"ended": worker, "exitCode": None if code < 0 else code, "signal": name})

    def _become(self, worker):
        """This process is a worker from here on."""
        from .worker import WORKER_FAULT, Worker

        try:
            _lead_group(0)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            for fd in (_ANSWERS, self._wake_read, self._wake_write):
                os.close(fd)
            options = self._options
            _take_over_output(os.path.join(options.directory, f"worker-{worker}"))
            # By this its children are known when it is dead.
            os.environ["COVALENT_WORKER"] = worker
            _reseed()
            Worker(options.directory, worker, options.staging, int(options.linger) / 1000).run()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(WORKER_FAULT)


def _lead_group(pid):
    """A worker is signalled with everything it starts. Parent and child do it, for either may be the faster one."""
    try:
        os.setpgid(pid, pid)
    except OSError:
        pass


def _take_over_output(prefix):
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for fd, extension in ((1, "stdout"), (2, "stderr")):
        file = os.open(f"{prefix}.{extension}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(file, fd)
        os.close(file)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="replace")


def _reseed():
    """Python reseeds its own generator in a fork; NumPy does not."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
