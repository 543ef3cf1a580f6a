"""What runs before and after a task, and tasks of other languages."""

import http.server
import threading
from pathlib import Path

import covalent as ct


def run(lattice, *args):
    result = ct.dispatch_sync(lattice)(*args)
    assert result.status == ct.status.COMPLETED, result.error
    return result.result


def test_commands_of_a_shell_run_before_the_task(tmp_path):
    file = tmp_path / "made"

    @ct.electron(deps_bash=ct.DepsBash([f"echo made > {file}", f"echo twice >> {file}"]))
    def read():
        return Path(file).read_text()

    assert run(ct.lattice(lambda: read())) == "made\ntwice\n"


def test_packages_are_installed_before_the_task():
    # Installed already: pip has nothing to fetch.
    @ct.electron(deps_pip=ct.DepsPip(packages=["cloudpickle"]))
    def version():
        import cloudpickle

        return cloudpickle.__version__

    assert run(ct.lattice(lambda: version()))


def test_calls_before_and_after_and_what_they_return(tmp_path):
    file = tmp_path / "after"

    def before(x):
        return x * 10

    def after(text):
        Path(file).write_text(text)

    @ct.electron(
        call_before=[
            ct.DepsCall(before, args=[1], retval_keyword="given"),
            ct.DepsCall(before, args=[2], retval_keyword="many"),
            ct.DepsCall(before, args=[3], retval_keyword="many"),
        ],
        call_after=ct.DepsCall(after, kwargs={"text": "done"}),
    )
    def task(given=0, many=()):
        return given, many

    assert run(ct.lattice(lambda: task())) == (10, [20, 30])
    assert file.read_text() == "done"


def test_a_module_travels_with_the_task(tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def answer():\n    return 42\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import only_here

    @ct.electron(deps_module=ct.DepsModule(only_here))
    def ask():
        return only_here.answer()

    assert run(ct.lattice(lambda: ask())) == 42


def test_files_are_copied_before_and_after(tmp_path):
    source, between, result = (tmp_path / name for name in ("source", "between", "result"))
    source.write_text("content")
    fetch = ct.fs.FileTransfer(str(source), str(between))
    bring = ct.fs.FileTransfer(str(between), str(result), order=ct.fs.Order.AFTER)

    @ct.electron(files=[fetch, bring])
    def change(files=()):
        path = Path(between)
        path.write_text(path.read_text() + " and more")
        return len(files)

    assert run(ct.lattice(lambda: change())) == 2
    assert result.read_text() == "content and more"


def test_a_file_is_fetched_over_http(tmp_path):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"over the wire")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    target = tmp_path / "fetched"
    transfer = ct.fs.TransferFromRemote(
        f"http://127.0.0.1:{server.server_port}/file", str(target), strategy=ct.fs_strategies.HTTP()
    )

    @ct.electron(files=[transfer])
    def read(files=()):
        return Path(target).read_text()

    try:
        assert run(ct.lattice(lambda: read())) == "over the wire"
    finally:
        server.shutdown()
        server.server_close()


def test_a_command_of_a_shell_as_a_task():
    greet = ct.Lepton(
        "bash",
        command="greeting=hello-$1",
        named_outputs=["greeting"],
        argtypes=[(str, ct.Lepton.INPUT), (str, ct.Lepton.OUTPUT)],
    )
    assert run(ct.lattice(lambda name: greet(name)), "world") == "hello-world"


def test_a_python_function_of_a_library_as_a_task():
    basename = ct.Lepton("python", library_name="posixpath", function_name="basename")
    assert run(ct.lattice(lambda path: basename(path)), "/a/b/c") == "c"
