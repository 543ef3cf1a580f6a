"""Triggers start a dispatch, and repeat it."""

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
