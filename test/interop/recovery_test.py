"""Killing workers and the server loses no completed work."""

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path

import covalent as ct


@ct.electron
def note(file, x):
    """Leaves a line for each time it runs."""
    with open(file, "a") as target:
        target.write(f"{os.getpid()}\n")
    return x


@ct.electron
def wait_for(beginning, end, x):
    import time

    with open(beginning, "a") as target:
        target.write(f"{os.getpid()}\n")
    while not os.path.exists(end):
        time.sleep(0.02)
    return x + 1


def pids(file):
    return [int(line) for line in Path(file).read_text().split()] if Path(file).exists() else []


def covalent(*arguments):
    command = [*shlex.split(os.environ["COVALENT_COMMAND"]), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def waiting_workflow(tmp_path):
    noted, began, end = (str(tmp_path / name) for name in ("noted", "began", "end"))

    @ct.lattice
    def workflow(x):
        return note(noted, wait_for(began, end, note(noted, x)))

    return workflow, noted, began, end


def test_a_task_runs_on_while_its_server_is_killed_and_is_not_run_again(tmp_path, until):
    workflow, noted, began, end = waiting_workflow(tmp_path)
    dispatch_id = ct.dispatch(workflow)(1)
    until(lambda: pids(began))
    server = json.loads(covalent("status", "--json"))["server"]["pid"]
    os.kill(server, signal.SIGKILL)
    covalent("start", "--port", os.environ["COVALENT_SVC_PORT"])
    Path(end).touch()
    assert ct.get_result(dispatch_id, wait=True).result == 2
    assert len(pids(began)) == 1
    assert len(pids(noted)) == 2


def test_a_task_that_ends_while_there_is_no_server_is_not_run_again(tmp_path, until):
    workflow, noted, began, end = waiting_workflow(tmp_path)
    dispatch_id = ct.dispatch(workflow)(1)
    (worker,) = until(lambda: pids(began))
    server = json.loads(covalent("status", "--json"))["server"]["pid"]
    os.kill(server, signal.SIGKILL)
    Path(end).touch()
    covalent("start", "--port", os.environ["COVALENT_SVC_PORT"])
    assert ct.get_result(dispatch_id, wait=True).result == 2
    assert pids(began) == [worker]
    assert len(pids(noted)) == 2


def test_a_task_whose_worker_is_killed_runs_again(tmp_path, until):
    workflow, noted, began, end = waiting_workflow(tmp_path)
    dispatch_id = ct.dispatch(workflow)(1)
    (worker,) = until(lambda: pids(began))
    os.kill(worker, signal.SIGKILL)
    until(lambda: len(pids(began)) == 2)
    Path(end).touch()
    assert ct.get_result(dispatch_id, wait=True).result == 2
    assert len(pids(noted)) == 2
