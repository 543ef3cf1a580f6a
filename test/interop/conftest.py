"""What the tests of this folder share: each talks to the server whose port is in COVALENT_SVC_PORT, with the SDK unmodified."""

import os
import sys
import time

import cloudpickle
import covalent as ct
import pytest


@pytest.fixture
def until():
    """Waits for a condition, with a deadline."""

    def wait(condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, "it did not come about"
            time.sleep(0.05)
        return found

    return wait


@pytest.fixture
def node_of():
    """The result of the first node with a name."""

    def find(result, name):
        return next(node for node in result.get_all_node_results() if node["node_name"] == name)

    return find


@pytest.fixture
def status_of():
    """What the server says of a dispatch now."""

    def ask(dispatch_id):
        return str(ct.get_result(dispatch_id, status_only=True)["status"])

    return ask


@pytest.fixture(scope="session", autouse=True)
def modules_travel():
    """Functions of test files are pickled by value: workers do not find these modules."""
    here = os.path.dirname(__file__)
    for name, module in list(sys.modules.items()):
        if name.endswith("_test") and (getattr(module, "__file__", None) or "").startswith(here):
            cloudpickle.register_pickle_by_value(module)
