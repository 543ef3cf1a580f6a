"""Everything a lattice can be made of comes back as Python would have computed it."""

import covalent as ct
import pytest


@ct.electron
def add(a, b):
    return a + b


@ct.electron
def pair(x):
    return x, x + 1


@ct.electron
def record(x):
    class Record:
        pass

    made = Record()
    made.field = {"items": [x, x * 2]}
    return made


@ct.electron
def total(*numbers, scale=1, **named):
    return scale * (sum(numbers) + sum(named.values()))


@ct.electron
def inner_sum(numbers):
    return sum(numbers)


def run(lattice, *args, **kwargs):
    result = ct.dispatch_sync(lattice)(*args, **kwargs)
    assert result.status == ct.status.COMPLETED, result.error
    return result.result


def test_a_chain_with_positional_and_keyword_arguments():
    @ct.lattice
    def chain(x, *, step):
        return add(add(x, step), b=step)

    assert run(chain, 1, step=10) == 21


def test_arithmetic_of_electrons_and_constants():
    @ct.lattice
    def arithmetic(x):
        y = add(x, 1)
        return (y + 2) * 3 - y / 2 + 2 * y + y**2

    assert run(arithmetic, 3) == (4 + 2) * 3 - 4 / 2 + 2 * 4 + 4**2


def test_elements_attributes_and_unpacking():
    @ct.lattice
    def taken_apart(x):
        first, second = pair(x)
        inside = record(x).field["items"][1]
        return add(add(first, second), inside)

    assert run(taken_apart, 5) == 5 + 6 + 10


def test_lists_and_dicts_as_arguments_and_as_what_is_returned():
    @ct.lattice
    def collections(x):
        y, z = add(x, 1), add(x, 2)
        return {"sum": inner_sum([x, y, [z][0]]), "both": [y, (z, x)], "nested": {"deep": {"z": z}}}

    # The SDK makes a list of every sequence that it looks into.
    assert run(collections, 1) == {"sum": 6, "both": [2, [3, 1]], "nested": {"deep": {"z": 3}}}


def test_every_kind_of_parameter():
    @ct.lattice
    def kinds(x):
        return total(x, add(x, 1), scale=add(1, 1), more=x, last=add(x, 2))

    assert run(kinds, 1) == 2 * (1 + 2 + 1 + 3)


@pytest.mark.parametrize("value", [None, "text", 1.5, [1, [2]], {"a": [1, 2]}, b"bytes" * 10_000])
def test_a_value_comes_back_as_it_was_sent(value):
    @ct.electron
    def same(x):
        return x

    assert run(ct.lattice(lambda x: same(x)), value) == value


def test_an_electron_called_in_another_one_is_a_plain_function():
    @ct.electron
    def twice(x):
        return add(add(x, x), 0)

    assert run(ct.lattice(lambda x: twice(x)), 4) == 8


def test_waiting_without_passing_a_value(tmp_path):
    file = str(tmp_path / "written")

    @ct.electron
    def write():
        import time

        time.sleep(0.2)
        with open(file, "w") as target:
            target.write("there")

    @ct.electron
    def read():
        with open(file) as source:
            return source.read()

    @ct.lattice
    def ordered():
        written = write()
        text = read()
        ct.wait(child=text, parents=[written])
        return text

    assert run(ordered) == "there"


def test_both_ways_to_make_the_result():
    @ct.lattice
    def structured(x):
        y = add(x, 1)
        return [y, {"x": x, "again": y}]

    assert run(structured, 1) == [2, {"x": 1, "again": 2}]
    ct.set_config("sdk.exhaustive_postprocess", "true")
    try:
        assert run(structured, 1) == [2, {"x": 1, "again": 2}]
    finally:
        ct.set_config("sdk.exhaustive_postprocess", "false")


def test_tasks_that_are_packed_into_one_group():
    @ct.lattice
    def packed(x):
        first, second = pair(x)
        return inner_sum([first, second, record(x).field["items"][0]])

    ct.set_config("sdk.task_packing", "true")
    try:
        assert run(packed, 1) == 1 + 2 + 1
    finally:
        ct.set_config("sdk.task_packing", "false")


def test_a_task_knows_which_one_it_is():
    @ct.electron
    def who():
        context = ct.get_context()
        return context.dispatch_id, context.task_id

    result = ct.dispatch_sync(ct.lattice(lambda: who()))()
    assert result.result == (result.dispatch_id, 0)
