"""Sublattices run as dispatches of their own, however deep."""

import covalent as ct


@ct.electron
def add(a, b):
    return a + b


def lattices():
    """Two lattices, one in the other. What is decorated in a module is pickled before anybody can say that it is to travel by value."""

    @ct.electron
    @ct.lattice
    def inner(x):
        return add(x, 1)

    @ct.electron
    @ct.lattice
    def middle(x):
        return inner(add(x, 10))

    return inner, middle


def test_a_sublattice_in_a_sublattice(node_of):
    inner, middle = lattices()

    @ct.lattice
    def outer(x):
        return add(inner(x), middle(x))

    result = ct.dispatch_sync(outer)(1)
    told = [(node["node_name"], node["error"]) for node in result.get_all_node_results()]
    assert (result.status, result.result) == (ct.status.COMPLETED, 14), told
    below = node_of(result, ":sublattice:middle")["sublattice_result"]
    assert (below.root_dispatch_id, below.result) == (result.dispatch_id, 12)
    assert node_of(below, ":sublattice:inner")["sublattice_result"].root_dispatch_id == result.dispatch_id


def test_as_many_as_an_argument_says():
    @ct.electron
    @ct.lattice
    def fan(count):
        return [add(number, 1) for number in range(count)]

    @ct.electron
    def count(x):
        return x

    assert ct.dispatch_sync(ct.lattice(lambda x: fan(count(x))))(4).result == [1, 2, 3, 4]


def test_one_that_fails_fails_its_node(node_of):
    @ct.electron
    def broken(x):
        raise ValueError("not in the mood")

    @ct.electron
    @ct.lattice
    def failing(x):
        return broken(x)

    result = ct.dispatch_sync(ct.lattice(lambda x: failing(x)))(1)
    node = node_of(result, ":sublattice:failing")
    assert (result.status, node["status"]) == (ct.status.FAILED, ct.status.FAILED)
    assert "not in the mood" in node_of(node["sublattice_result"], "broken")["stderr"]


def test_one_whose_body_raises_fails_with_the_users_line(node_of):
    @ct.electron
    @ct.lattice
    def unbuildable(x):
        raise LookupError("nothing to build")

    result = ct.dispatch_sync(ct.lattice(lambda x: unbuildable(x)))(1)
    assert "LookupError: nothing to build" in node_of(result, ":sublattice:unbuildable")["stderr"]


def test_the_staging_directory_is_imported_when_the_task_cannot_reach_the_server():
    # In the process that builds: as on a host that is cut off.
    hook = ct.DepsCall(lambda: __import__("os").environ.__setitem__("COVALENT_DISPATCHER_URL", "http://localhost:1"))
    cut_off = ct.electron(ct.lattice(lambda x: add(x, 5)), call_before=[hook])
    result = ct.dispatch_sync(ct.lattice(lambda x: cut_off(x)))(1)
    assert (result.status, result.result) == (ct.status.COMPLETED, 6)
