"""Triggers start a dispatch, and repeat it."""

import asyncio
import sqlite3

import covalent as ct
from covalent.triggers import DirTrigger, SQLiteTrigger, TimeTrigger


def appending(file, trigger):
    """A lattice that leaves a line in a file each time."""

    @ct.electron
    def append():
        with open(file, "a") as target:
            target.write("line\n")

    @ct.lattice(triggers=trigger)
    def workflow():
        return append()

    return workflow


def observe_directory(trigger):
    """It can only be told to within an event loop; a thread observes."""

    async def observe():
        trigger.observe()

    asyncio.run(observe())


def lines(file):
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_by_the_clock(tmp_path, until):
    file = tmp_path / "lines"
    dispatch_id = ct.dispatch(appending(str(file), TimeTrigger(1)))()
    until(lambda: lines(file) >= 2)
    ct.stop_triggers(dispatch_id)


def test_by_a_file_in_a_directory(tmp_path, until):
    watched, file = tmp_path / "watched", tmp_path / "lines"
    watched.mkdir()
    dispatch_id = ct.dispatch(appending(str(file), DirTrigger(str(watched), event_names=["created"])))()
    (watched / "first").write_text("1")
    until(lambda: lines(file) >= 1)
    ct.stop_triggers(dispatch_id)


def test_by_a_directory_that_a_program_of_the_users_own_observes(tmp_path, until):
    watched, file = tmp_path / "watched", tmp_path / "lines"
    watched.mkdir()
    dispatch_id = ct.dispatch(appending(str(file), None), disable_run=True)()
    trigger = DirTrigger(str(watched), event_names=["created"], lattice_dispatch_id=dispatch_id)
    trigger.use_internal_funcs = False
    observe_directory(trigger)
    try:
        (watched / "first").write_text("1")
        until(lambda: lines(file) == 1)
        until(lambda: ct.get_result(dispatch_id, status_only=True)["status"] == "COMPLETED")
        (watched / "second").write_text("2")
        until(lambda: lines(file) == 2)
        assert len(trigger.new_dispatch_ids) == 1
    finally:
        trigger.stop()


def test_by_rows_of_a_database(tmp_path, until):
    database, file = tmp_path / "rows.sqlite", tmp_path / "lines"
    with sqlite3.connect(database) as connection:
        connection.execute("create table jobs (name text, state text)")
    trigger = SQLiteTrigger(str(database), "jobs", poll_interval=1, where_clauses=["state = 'ready'"])
    dispatch_id = ct.dispatch(appending(str(file), trigger))()
    with sqlite3.connect(database) as connection:
        connection.execute("insert into jobs values ('one', 'ready')")
    until(lambda: lines(file) >= 1)
    ct.stop_triggers(dispatch_id)
