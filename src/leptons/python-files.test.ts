import { expect, test } from "vitest";
import { userProject } from "../../test/support/user-project.ts";
import { readPythonFile } from "./python-files.ts";

async function filesOf(files: Readonly<Record<string, string>>, entry: string): Promise<string[]> {
  await using project = await userProject(files);
  return Object.keys(readPythonFile(project.path(entry)).module.files);
}

test("a file brings what it imports from beside it, however that is written", async () => {
  const text = [
    "import os, near as n, numpy",
    "import pack.inner as inner  # why",
    "from far import (",
    "    one,  # first",
    "    two,",
    ")",
    "def late():",
    "    from deep.down import leaf; return leaf",
    "from \\",
    "  continued import x",
  ].join("\n");
  const named = {
    "near.py": "import nearer",
    "nearer.py": "",
    "far.py": "",
    "continued.py": "",
    "alone.py": "",
  };
  const packed = { "pack/__init__.py": "", "pack/inner.py": "", "deep/down.py": "", "deep/leaf.py": "" };
  expect(await filesOf({ "fit.py": text, ...named, ...packed }, "fit.py")).toEqual([
    "continued.py",
    "deep/down.py",
    "far.py",
    "fit.py",
    "near.py",
    "nearer.py",
    "pack/__init__.py",
    "pack/inner.py",
  ]);
});

test("a file of a package has its name in it, and brings what it imports by dots", async () => {
  await using project = await userProject({
    "models/__init__.py": "",
    "models/fits/__init__.py": "",
    "models/fits/line.py": "from . import solve\nfrom ..units import METRE\nimport models.names",
    "models/fits/solve.py": "",
    "models/units.py": "",
    "models/names.py": "",
    "models/other.py": "",
  });
  const { module, directory } = readPythonFile(project.path("models/fits/line.py"));
  expect({ name: module.name, directory }).toEqual({ name: "models.fits.line", directory: project.root });
  expect(Object.keys(module.files)).toEqual([
    "models/__init__.py",
    "models/fits/__init__.py",
    "models/fits/line.py",
    "models/fits/solve.py",
    "models/names.py",
    "models/units.py",
  ]);
});

test("two files that import one another come once", async () => {
  expect(await filesOf({ "a.py": "import b", "b.py": "import a" }, "a.py")).toEqual(["a.py", "b.py"]);
});

test("a file that could come into being beside it is known, so that a bundle is made anew then", async () => {
  await using project = await userProject({ "fit.py": "import later" });
  expect(readPythonFile(project.path("fit.py")).inspected).toContain(project.path("later.py"));
});
