"""Cancelling, reading results in parts, and dispatching again."""

import os

import covalent as ct
import pytest
import requests
from covalent._dispatcher_plugins.local import LocalDispatcher
from covalent._shared_files.exceptions import MissingLatticeRecordError
from covalent._shared_files.utils import format_server_url


@ct.electron
def add(a, b):
    return a + b


@ct.electron
def sleep_beside(file, x):
    import pathlib
    import time

    pathlib.Path(file).write_text("runs")
    time.sleep(600)
    return x


@ct.electron
def process():
    return os.getpid(), os.urandom(8).hex()


def test_a_running_task_is_cancelled_at_once(tmp_path, until, node_of):
    file = tmp_path / "runs"

    @ct.lattice
    def long(x):
        return add(sleep_beside(str(file), x), 1)

    dispatch_id = ct.dispatch(long)(1)
    until(file.exists)
    assert "cancelled" in ct.cancel(dispatch_id)
    result = ct.get_result(dispatch_id, wait=True)
    assert result.status == ct.status.CANCELLED
    assert node_of(result, "sleep_beside")["status"] == ct.status.CANCELLED
    assert node_of(result, "add")["status"] == ct.status.CANCELLED


def test_a_task_is_cancelled_alone(tmp_path, until, node_of):
    file = tmp_path / "runs"

    @ct.lattice
    def two(x):
        sleep_beside(str(file), x)
        return add(x, 1)

    dispatch_id = ct.dispatch(two)(1)
    until(file.exists)
    ct.cancel(dispatch_id, task_ids=[0])
    result = ct.get_result(dispatch_id, wait=True)
    assert node_of(result, "sleep_beside")["status"] == ct.status.CANCELLED
    assert node_of(result, "add")["status"] == ct.status.COMPLETED


def test_cancelling_reaches_into_sublattices(tmp_path, until, node_of):
    file = tmp_path / "runs"

    @ct.electron
    @ct.lattice
    def below(x):
        return sleep_beside(str(file), x)

    dispatch_id = ct.dispatch(ct.lattice(lambda x: below(x)))(1)
    until(file.exists)
    ct.cancel(dispatch_id)
    result = ct.get_result(dispatch_id, wait=True)
    node = node_of(result, ":sublattice:below")
    assert (result.status, node["status"]) == (ct.status.CANCELLED, ct.status.CANCELLED)
    assert node["sublattice_result"].status == ct.status.CANCELLED


def test_a_result_is_read_in_parts(tmp_path, status_of):
    @ct.lattice
    def chain(x):
        return add(add(x, 1), 2)

    dispatch_id = ct.dispatch(chain)(1)
    whole = ct.get_result(dispatch_id, wait=True)
    assert (whole.result, status_of(dispatch_id)) == (4, "COMPLETED")
    assert whole.inputs.get_deserialized() == {"args": (1,), "kwargs": {}}
    bare = ct.get_result(dispatch_id, workflow_output=False, intermediate_outputs=False)
    assert bare.result is None
    assert bare.get_node_result(0)["output"] is None
    outputs = {name: value.get_deserialized() for name, value in whole.get_all_node_outputs().items()}
    assert outputs["add(0)"] == 2

    manager = ct.get_result_manager(dispatch_id, results_dir=str(tmp_path))
    manager.download_result_asset("result")
    manager.load_result_asset("result")
    manager.download_node_asset(0, "output")
    manager.load_node_asset(0, "output")
    assert manager.result_object.result == 4
    graph = manager.result_object.lattice.transport_graph
    assert graph.get_node_value(0, "output").get_deserialized() == 2


def test_a_dispatch_that_does_not_exist_is_told():
    with pytest.raises(MissingLatticeRecordError):
        ct.get_result("00000000-0000-4000-8000-000000000000")


def test_dispatching_again_with_other_inputs():
    @ct.lattice
    def chain(x, y):
        return add(add(x, 1), y)

    first = ct.dispatch(chain)(1, y=2)
    assert ct.get_result(first, wait=True).result == 4
    again = ct.redispatch(first)(5, y=10)
    assert ct.get_result(again, wait=True).result == 16


def test_dispatching_again_with_other_electrons():
    @ct.electron
    def add(a, b):
        return a * b

    original, replacement = globals()["add"], add

    @ct.lattice
    def chain(x):
        return original(x, 5)

    first = ct.dispatch(chain)(2)
    assert ct.get_result(first, wait=True).result == 7
    again = ct.redispatch(first, replace_electrons={"add": replacement})(2)
    assert ct.get_result(again, wait=True).result == 10


def test_dispatching_again_takes_over_what_was_computed(node_of):
    @ct.lattice
    def two(x):
        return process(), add(x, 1)

    first = ct.dispatch(two)(1)
    before = ct.get_result(first, wait=True)
    again = ct.redispatch(first, reuse_previous_results=True)()
    after = ct.get_result(again, wait=True)
    assert after.dispatch_id != before.dispatch_id
    assert after.result == before.result
    renewed = ct.get_result(ct.redispatch(first)(), wait=True)
    assert renewed.result[0] != before.result[0]


def test_a_dispatch_that_is_only_registered_waits_for_its_start(status_of):
    lattice = ct.lattice(lambda x: add(x, 1))
    dispatch_id = ct.dispatch(lattice, disable_run=True)(1)
    assert status_of(dispatch_id) == "NEW_OBJECT"
    LocalDispatcher.start(dispatch_id)
    assert ct.get_result(dispatch_id, wait=True).result == 2


def test_the_server_fetches_what_the_client_left_in_a_directory_of_its_own(tmp_path):
    lattice = ct.lattice(lambda x: add(x, 1))
    lattice.build_graph(1)
    manifest = LocalDispatcher.prepare_manifest(lattice, str(tmp_path))
    received = LocalDispatcher.register_manifest(manifest, push_assets=False)
    dispatch_id = LocalDispatcher.start(received.metadata.dispatch_id)
    assert ct.get_result(dispatch_id, wait=True).result == 2


def test_a_file_outside_of_those_directories_is_never_fetched(tmp_path):
    lattice = ct.lattice(lambda x: add(x, 1))
    lattice.build_graph(1)
    manifest = LocalDispatcher.prepare_manifest(lattice, str(tmp_path))
    asset = manifest.lattice.assets.doc
    asset.uri, asset.size, asset.digest = "file:///etc/hostname", os.path.getsize("/etc/hostname"), None
    received = LocalDispatcher.register_manifest(manifest, push_assets=False)
    url = f"{format_server_url()}/api/v0/files/{received.metadata.dispatch_id}/function_docstring.txt"
    assert requests.get(url).status_code == 404
