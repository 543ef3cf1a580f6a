import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { type UserProject, userProject } from "../../test/support/user-project.ts";
import * as sdk from "../index.ts";
import { bundleModule } from "./bundle.ts";
import { type LoadedBundle, loadBundle } from "./load.ts";

async function load(project: UserProject, entry: string): Promise<LoadedBundle> {
  const { bytes, root } = await bundleModule(project.path(entry));
  await writeFile(project.path("bundle.mjs"), bytes);
  return loadBundle(project.path("bundle.mjs"), { projectRoot: root, sdk });
}

test("electrons and lattices are found by their ids, and the exports are the module's", async () => {
  await using project = await userProject({
    "flow.ts": `
import { electron, lattice } from "covalent-ts";
export const double = electron((x = 21) => 2 * x);
export default lattice({ name: "flow" }, () => double());
`,
  });
  const bundle = await load(project, "flow.ts");
  expect(bundle.ids()).toEqual(["flow.ts#double", "flow.ts#flow"]);
  expect(bundle.electron("flow.ts#double")?.function()).toBe(42);
  expect(bundle.lattice("flow.ts#flow")).toBe(bundle.exports.default);
  expect(bundle.electron("flow.ts#flow")).toBeUndefined();
  expect(bundle.electron("flow.ts#double")?.definition).toEqual({
    module: "flow.ts",
    name: "double",
    ordinal: 1,
    bundled: true,
  });
});

test("a bundle is evaluated once in a process, wherever it lies", async () => {
  await using project = await userProject({
    "flow.js":
      "globalThis.evaluations = (globalThis.evaluations ?? 0) + 1; export const n = globalThis.evaluations;",
  });
  const first = await load(project, "flow.js");
  const { bytes, root } = await bundleModule(project.path("flow.js"));
  await writeFile(project.path("copy.mjs"), bytes);
  const second = await loadBundle(project.path("copy.mjs"), { projectRoot: root, sdk });
  expect([first.exports.n, second.exports.n]).toEqual([1, 1]);
});

test("every module keeps its own place in the project", async () => {
  await using project = await userProject({
    "src/flow.ts": `
import cjs from "./deep/old.cjs";
import pkg from "old-package";
const whole = import.meta;
export const esm = [import.meta.url, import.meta.filename, whole.dirname, import.meta.main];
export const resolved = [import.meta.resolve("./x.js"), import.meta.resolve("fs"), import.meta.resolve("old-package")];
export const places = [cjs, pkg];
`,
    "src/deep/old.cjs":
      '#!/usr/bin/env node\n"use strict";\nmodule.exports = [__filename, __dirname, (function () { return this; })()];\n',
    "node_modules/old-package/package.json": '{ "name": "old-package", "version": "1.0.0" }',
    "node_modules/old-package/index.js":
      '/* licence */ "use strict"; module.exports = [__filename, __dirname, (function () { return this; })()];',
  });
  const { exports } = await load(project, "src/flow.ts");
  const address = (name: string) => pathToFileURL(project.path(name)).href;
  expect(exports.esm).toEqual([
    address("src/flow.ts"),
    project.path("src/flow.ts"),
    project.path("src"),
    false,
  ]);
  expect(exports.resolved).toEqual([
    address("src/x.js"),
    "node:fs",
    address("node_modules/old-package/index.js"),
  ]);
  expect(exports.places).toEqual([
    [project.path("src/deep/old.cjs"), project.path("src/deep"), undefined],
    [project.path("node_modules/old-package/index.js"), project.path("node_modules/old-package"), undefined],
  ]);
});

test("what modules import survives: built-ins of CommonJS packages, JSON, literal dynamic imports, a require of one's own", async () => {
  await using project = await userProject({
    "flow.ts": `
import { createRequire } from "node:module";
import * as ct from "covalent-ts";
import { basename } from "cjs-package";
import data from "./data.json" with { type: "json" };
export * from "covalent-ts";
const require = createRequire(import.meta.url);
const { late } = await import("./late.ts");
enum Color { Red = "red" }
export const values = [basename("/a/b"), data.value, late, require("./data.json").value, Color.Red, typeof ct.electron];
`,
    "late.ts": "export const late: string = await Promise.resolve('late');",
    "data.json": '{ "value": 42 }',
    "node_modules/cjs-package/package.json": '{ "name": "cjs-package", "version": "1.0.0" }',
    "node_modules/cjs-package/index.js":
      'exports.basename = require("path").basename; require("covalent-ts").lattice;',
  });
  const { exports } = await load(project, "flow.ts");
  expect(exports.values).toEqual(["b", 42, "late", 42, "red", "function"]);
  expect(exports.electron).toBeTypeOf("function");
});

test("native packages come from the user's project, ES modules with their default export", async () => {
  const native = (name: string, more: object, code: string) => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", gypfile: true, ...more }),
    [`node_modules/${name}/index.js`]: code,
  });
  await using project = await userProject({
    ...native("native-cjs", {}, "module.exports = { dir: __dirname };"),
    ...native(
      "native-esm",
      { type: "module", exports: "./index.js" },
      "export default import.meta.dirname; export const x = 1;",
    ),
    "flow.js":
      'import cjs from "native-cjs"; import esm, { x } from "native-esm"; export const found = [cjs.dir, esm, x];',
  });
  const { exports } = await load(project, "flow.js");
  expect(exports.found).toEqual([
    project.path("node_modules/native-cjs"),
    project.path("node_modules/native-esm"),
    1,
  ]);
});

test.each([
  ["waits for", "export const before = 1; export const id = await dispatch(flow)();", 1],
  [
    "does not wait for",
    "export const before = 1; dispatchSync(flow)().then(() => { globalThis.went = true; });",
    1,
  ],
  [
    "makes in a main() after something else",
    "export const before = 1; (async () => { await 0; await getResult('x'); globalThis.went = true; })();",
    1,
  ],
])(
  "a module that dispatches at its own top level is loaded: a call it %s never returns",
  async (_, code, before) => {
    await using project = await userProject({
      "flow.js": `
import { dispatch, dispatchSync, electron, getResult, lattice } from "covalent-ts";
const step = electron(() => 1);
const flow = lattice(() => step());
${code}
void [dispatch, dispatchSync, getResult];
`,
    });
    const bundle = await load(project, "flow.js");
    expect(bundle.ids()).toEqual(["flow.js#step", "flow.js#flow"]);
    expect(bundle.exports.before).toBe(before);
    expect(bundle.exports.id).toBeUndefined();
    expect(globalThis).not.toHaveProperty("went");
  },
);

test("in a task the same calls go to the server", async () => {
  await using project = await userProject({
    "flow.js": `
import { dispatch, electron, lattice } from "covalent-ts";
const flow = lattice(() => { throw new Error("traced") });
electron(async function nested() { return dispatch(flow)(); });
`,
  });
  const bundle = await load(project, "flow.js");
  await expect(bundle.electron("flow.js#nested")?.function()).rejects.toThrow("traced");
});

test("what a module throws is the cause of the error", async () => {
  await using project = await userProject({ "flow.js": 'throw new TypeError("no luck");' });
  const loading = load(project, "flow.js");
  await expect(loading).rejects.toMatchObject({
    code: "BUNDLE_EVALUATION_FAILED",
    message: expect.stringContaining("TypeError: no luck"),
    cause: expect.objectContaining({ message: "no luck" }),
  });
});

test("two bundles in one process do not mix", async () => {
  const code =
    'import { electron } from "covalent-ts"; export const step = electron(() => import.meta.dirname);';
  await using one = await userProject({ "flow.js": code });
  await using other = await userProject({ "flow.js": code });
  const bundles = await Promise.all([load(one, "flow.js"), load(other, "flow.js")]);
  expect(bundles.map((bundle) => bundle.electron("flow.js#step")?.function())).toEqual([
    one.root,
    other.root,
  ]);
  expect(bundles.map((bundle) => bundle.ids())).toEqual([["flow.js#step"], ["flow.js#step"]]);
});

test("a project that is not on this machine is no obstacle", async () => {
  await using project = await userProject({
    "flow.js":
      'import { electron } from "covalent-ts"; export const step = electron(() => import.meta.filename);',
  });
  const { bytes } = await bundleModule(project.path("flow.js"));
  await writeFile(project.path("bundle.mjs"), bytes);
  const elsewhere = join("/not", "there");
  const away = await loadBundle(project.path("bundle.mjs"), { projectRoot: elsewhere, sdk });
  expect(away.electron("flow.js#step")?.function()).toBe("/not/there/flow.js");
  const unknown = await loadBundle(project.path("bundle.mjs"), { projectRoot: null, sdk });
  expect(unknown.electron("flow.js#step")?.function()).toBe(project.path("flow.js"));
});
