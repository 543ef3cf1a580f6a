"""What goes wrong in a task is told, and goes no further than it must."""

import os
import sys

import covalent as ct


@ct.electron
def same(x):
    return x


def test_an_exception_is_told_with_the_users_line(node_of):
    @ct.electron
    def divide(x):
        print("about to divide")
        return x / 0

    result = ct.dispatch_sync(ct.lattice(lambda x: same(divide(x))))(1)
    node = node_of(result, "divide")
    assert result.status == ct.status.FAILED
    # get_result of 0.240 tells the error of a dispatch, that of 0.238 never does; the result manager of both does.
    manager = ct.get_result_manager(result.dispatch_id)
    manager.download_result_asset("error")
    manager.load_result_asset("error")
    assert "divide" in manager.result_object.error
    assert node["status"] == ct.status.FAILED
    assert node["stdout"] == "about to divide\n"
    assert "ZeroDivisionError: division by zero" in node["stderr"]
    assert "return x / 0" in node["stderr"]


def test_what_does_not_depend_on_it_runs_on(node_of):
    @ct.electron
    def fail():
        raise RuntimeError("no")

    @ct.lattice
    def branches(x):
        fail()
        return same(x)

    result = ct.dispatch_sync(branches)(3)
    assert result.status == ct.status.FAILED
    assert node_of(result, "same")["status"] == ct.status.COMPLETED


def test_output_of_the_task_and_of_its_children_is_kept(node_of):
    @ct.electron
    def speak():
        print("from Python")
        sys.stderr.write("to stderr\n")
        os.system("echo from a child")

    node = node_of(ct.dispatch_sync(ct.lattice(lambda: speak()))(), "speak")
    assert node["stdout"] == "from Python\nfrom a child\n"
    assert node["stderr"] == "to stderr\n"


def test_sys_exit_fails_the_task(node_of):
    @ct.electron
    def leave():
        sys.exit(0)

    node = node_of(ct.dispatch_sync(ct.lattice(lambda: leave()))(), "leave")
    assert node["status"] == ct.status.FAILED
    assert "SystemExit" in node["stderr"]


def test_a_process_that_dies_fails_the_task_and_no_other(node_of):
    @ct.electron
    def die():
        os._exit(7)

    node = node_of(ct.dispatch_sync(ct.lattice(lambda: die()))(), "die")
    assert node["status"] == ct.status.FAILED
    assert "exited with code 7" in node["error"]
    assert ct.dispatch_sync(ct.lattice(lambda x: same(x)))(1).result == 1


def test_a_process_that_a_task_forks_ends_with_the_task(node_of):
    @ct.electron
    def forks(raises):
        child = os.fork()
        if child == 0:
            if raises:
                raise RuntimeError("in the child")
            return "the child's"
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)

    @ct.lattice
    def workflow():
        return [forks(False), forks(True)]

    result = ct.dispatch_sync(workflow)()
    assert result.status == ct.status.COMPLETED
    assert result.result == [0, 1]
    # The next tasks have workers of their own, and no second one that speaks for them.
    assert ct.dispatch_sync(ct.lattice(lambda: [same(x) for x in range(8)]))().result == list(range(8))


def test_a_task_that_ruins_its_worker_fails(node_of):
    @ct.electron
    def closes():
        os.close(1)
        os.close(2)

    result = ct.dispatch_sync(ct.lattice(lambda: [closes(), same(1)]))()
    assert result.status == ct.status.FAILED
    assert node_of(result, "closes")["status"] == ct.status.FAILED
    assert node_of(result, "same")["status"] == ct.status.COMPLETED


def test_a_value_that_cannot_be_pickled_fails_the_task(node_of):
    @ct.electron
    def lock():
        import threading

        return threading.Lock()

    node = node_of(ct.dispatch_sync(ct.lattice(lambda: lock()))(), "lock")
    assert "cannot pickle" in node["stderr"]


def test_an_executor_that_there_is_not_fails_the_task_and_names_those_there_are(node_of):
    @ct.electron(executor="slurm")
    def far(x):
        return x

    node = node_of(ct.dispatch_sync(ct.lattice(lambda x: far(x)))(1), "far")
    assert node["status"] == ct.status.FAILED
    assert 'there is no executor "slurm"' in node["error"]
    assert "local or dask" in node["error"]


def test_a_task_leaves_no_directory_and_no_variable_to_the_next(until):
    @ct.electron
    def change():
        os.chdir("/")
        os.environ["LEFT_BEHIND"] = "yes"
        return os.getpid()

    @ct.electron
    def look(after):
        return os.environ.get("LEFT_BEHIND"), os.getcwd()

    @ct.lattice
    def twice():
        return [look(change()) for _ in range(6)]

    for variable, directory in ct.dispatch_sync(twice)().result:
        assert variable is None
        assert directory.endswith("workdir")


def test_an_executors_time_limit_and_retries_are_kept(node_of, tmp_path):
    marks = str(tmp_path / "marks")

    @ct.electron(executor=limited(time_limit=1))
    def slow():
        import time

        time.sleep(600)

    @ct.electron(executor=limited(retries=2))
    def flaky():
        with open(marks, "a+") as file:
            file.write("x")
            file.seek(0)
            if len(file.read()) < 3:
                raise OSError("again")
        return "at last"

    node = node_of(ct.dispatch_sync(ct.lattice(lambda: slow()))(), "slow")
    assert "longer than its timeout of 1000 ms" in node["error"]
    assert ct.dispatch_sync(ct.lattice(lambda: flaky()))().result == "at last"


def limited(**attributes):
    executor = ct.executor.LocalExecutor()
    for name, value in attributes.items():
        setattr(executor, name, value)
    return executor
