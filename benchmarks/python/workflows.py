"""Runs one workflow with the Python SDK against the server that COVALENT_SVC_PORT names, and tells in JSON how long it took.

    python workflows.py fan 1000
    python workflows.py chain 100

What is measured goes to standard output, progress to standard error.
"""

import json
import sys
import time

import covalent as ct
import requests
from covalent._dispatcher_plugins.local import LocalDispatcher
from covalent._shared_files.utils import format_server_url

POLL_SECONDS = 0.25
PROGRESS_SECONDS = 15
ENDED = ("COMPLETED", "FAILED", "CANCELLED")


@ct.electron(executor="local")
def same(x):
    return x


@ct.electron(executor="local")
def increment(x):
    return x + 1


@ct.electron(executor="local")
def total(values):
    return sum(values)


@ct.lattice(executor="local", workflow_executor="local")
def fan(count):
    return total([same(index) for index in range(count)])


@ct.lattice(executor="local", workflow_executor="local")
def chain(count):
    last = 0
    for _ in range(count):
        last = increment(last)
    return last


WORKFLOWS = {"fan": (fan, lambda count: count * (count - 1) // 2), "chain": (chain, lambda count: count)}


def summary_of(dispatch_id):
    answer = requests.get(f"{format_server_url()}/api/v2/dispatches", params={"dispatch_id": dispatch_id}, timeout=600)
    answer.raise_for_status()
    return answer.json()["dispatches"][0]


def until_ended(dispatch_id):
    told_at = time.monotonic()
    while (summary := summary_of(dispatch_id))["status"] not in ENDED:
        if time.monotonic() - told_at > PROGRESS_SECONDS:
            told_at = time.monotonic()
            done, number = summary["completed_electron_num"], summary["electron_num"]
            print(f"    {done} of {number} nodes", file=sys.stderr, flush=True)
        time.sleep(POLL_SECONDS)


def run(shape, count):
    """Registers, starts and awaits the workflow. Its result must be right."""
    workflow, expected = WORKFLOWS[shape]
    began = time.monotonic()
    dispatch_id = ct.dispatch(workflow, disable_run=True)(count)
    registered = time.monotonic()
    LocalDispatcher.start(dispatch_id)
    until_ended(dispatch_id)
    result = ct.get_result(dispatch_id, intermediate_outputs=False)
    ended = time.monotonic()
    assert str(result.status) == "COMPLETED", f"{shape}: {result.status}: {result.error}"
    assert result.result == expected(count), f"{shape}: {result.result} instead of {expected(count)}"
    return {
        "serverSeconds": (result.end_time - result.start_time).total_seconds(),
        "registerSeconds": registered - began,
        "endToEndSeconds": ended - began,
    }


if __name__ == "__main__":
    # What the first task of a server waits for (imports, forks) is not measured.
    run("chain", 1)
    print(json.dumps(run(sys.argv[1], int(sys.argv[2]))))
