import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type UserProject, userProject } from "../../test/support/user-project.ts";
import { bundleModule } from "../bundle/bundle.ts";
import { definitionId } from "../definition/definitions.ts";
import { inspectBundle } from "./inspect.ts";

/** The ids of a client that runs the user's own files, and those of the evaluated bundle. */
async function idsOf(project: UserProject, entry: string, runner: "node" | "tsx" = "node") {
  const bundle = await bundleModule(project.path(entry));
  const [definitions, inBundle] = await Promise.all([
    project.definitions(entry, runner),
    inspectBundle(bundle),
  ]);
  const inClient = definitions.map((definition) => definitionId(definition, bundle.root));
  return { inClient: inClient.toSorted(), inBundle: [...inBundle.keys()].sort() };
}

/** One line or more of a module that defines things, and the names they get. */
const SHAPES: readonly (readonly [what: string, code: string, names: readonly string[]])[] = [
  ["a named function", "electron(async function clean() {});", ["clean"]],
  ["a named arrow function", "const clean = () => 1; const other = electron(clean);", ["clean"]],
  ["a nameless function in a variable", "const clean = electron(async () => 1);", ["clean"]],
  ["options before the function", "const clean = electron(\n  { retries: 2 },\n  () => 1,\n);", ["clean"]],
  ["a name in the options", "const clean = electron({ name: 'my name' }, () => 1);", ["my name"]],
  ["two on one line", "const a = electron(() => 1), b = electron(() => 2);", ["a", "b"]],
  ["two of one name", "{ const a = electron(() => 1); } { const a = electron(() => 2); }", ["a", "a~2"]],
  ["a default export", "export default electron(\n  () => 1);", ["default"]],
  ["a lattice", "export default lattice(() => electron);", ["default"]],
  ["aliases", "const a = task(() => 1); const b = workflow(() => 1);", ["a", "b"]],
  ["a namespace import", "const a = sdk.electron(() => 1);", ["a"]],
  ["properties", "const o = { a: electron(() => 1), 'b c': electron(() => 2) };", ["a", "b c"]],
  ["static fields", "class Steps { static a = electron(() => 1); }", ["a"]],
  ["an assignment", "let a; a = electron(() => 1);", ["a"]],
  ["a wrapper", "const wrap = (fn) => electron({ retries: 3 }, fn); const a = wrap(() => 1);", ["a"]],
  ["a call around it", "const same = (x) => x; const a = same(electron(() => 1));", ["a"]],
  ["a list", "const list = [electron(() => 1), electron(() => 2)];", ["2:15", "2:34"]],
  ["a loop", "for (const n of [1, 2]) electron(() => n);", ["2:25", "2:25~2"]],
  ["a callback", "const list = [1, 2].map((n) => electron(() => n));", ["list", "list~2"]],
  ["a function called twice", "const f = () => electron(function a() {}); f(); f();", ["a", "a~2"]],
  ["top-level await", "await 0; const a = await electron(() => 1);", ["a"]],
  ["a function that is called at once", "const cond = (() => electron(() => 1))();", ["cond"]],
  [
    "an async one",
    "const make = (fn) => electron(fn);\nconst cond = await (async () => make(() => 1))();",
    ["cond"],
  ],
  ["one in function syntax", "const a = (function () { return electron(() => 1); })();", ["a"]],
  ["one called inside the parentheses", "const a = (function () { return electron(() => 1); }());", ["a"]],
  ["one behind a block", "{ void 0; }\n(() => { const a = electron(() => 1); return a; })();", ["3:1"]],
  ["one behind a condition", "if (1) (() => electron(() => 1))();", ["2:4"]],
  ["a function of a list", "const list = [(fn) => electron(fn)]; const a = list[0](() => 1);", ["a"]],
  ["a function of a function", "const make = () => (fn) => electron(fn); const a = make()(() => 1);", ["a"]],
  ["a call that may not be", "const make = (fn) => electron(fn); const a = make?.(() => 1);", ["a"]],
  ["text that looks like code", "const s = 'x = electron('; /* y = */ const a = electron(() => s);", ["a"]],
];

const IMPORTS = `import { electron, lattice, task, workflow } from "covalent-ts"; import * as sdk from "covalent-ts"; void [lattice, task, workflow, sdk];`;

describe("what the client defines, the bundle defines under the same id:", () => {
  let project: UserProject;
  beforeAll(async () => {
    const files = SHAPES.map(([, code], index) => [`src/shape${index}.js`, `${IMPORTS}\n${code}\n`] as const);
    const all = files.map(([name]) => `import "./${name}";`).join("\n");
    project = await userProject({ ...Object.fromEntries(files), "all.js": all });
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test.each(SHAPES.map(([what, , names], index) => [what, names, index] as const))(
    "%s",
    async (_, names, index) => {
      const entry = `src/shape${index}.js`;
      const { inClient, inBundle } = await idsOf(project, entry);
      expect(inClient).toEqual(names.map((name) => `${entry}#${name}`));
      expect(inBundle).toEqual(inClient);
    },
  );
});

const TYPESCRIPT = {
  "tsconfig.json": '{ "compilerOptions": { "paths": { "@steps/*": ["./src/steps/*"] } } }',
  "src/main.ts": `
import data from "./data.json" with { type: "json" };
import { lattice, type Handle } from "covalent-ts";
import { robust } from "@steps/robust.ts";
import { Color, clean } from "./steps/clean.ts";
import common from "./common.cjs";
export * from "./steps/clean.ts";
export { default as other } from "./steps/default.ts";
import { inPackage } from "steps-package";
import "./registered.ts";
const wrapped: unknown = robust<() => number>(() => 1);
const typed: (a: Map<string, number>) => unknown = robust(async () => data.value);
const clash = robust(function clean() {});
const lazy = await import("./lazy.ts");
export default lattice({ name: "main" }, () => [clean, Color.Red, common, inPackage, lazy, wrapped, typed, clash]);
`,
  "src/data.json": '{ "value": 1 }',
  "src/steps/robust.ts": `
import { electron } from "covalent-ts";
export const robust = <F extends () => unknown>(fn: F): unknown => electron({ retries: 3 }, fn);
const own = robust(() => 1);
`,
  "src/steps/clean.ts": `
import { electron } from "covalent-ts";
import { robust } from "./robust.ts";
export enum Color { Red, Green }
export const clean = electron(async (rows: number[]): Promise<number[]> => rows);
const clash = robust(function clean() {});
`,
  "src/steps/default.ts":
    'import { electron } from "covalent-ts";\nexport default electron(() => 1);\nexport const clean = electron(() => 2);\n',
  "src/lazy.ts": 'import { electron } from "covalent-ts";\nexport const late = electron(() => 1);\n',
  "src/registered.ts": 'import { electron } from "covalent-ts";\nelectron(function registered() {});\n',
  "src/common.cjs": `#!/usr/bin/env node
"use strict";
const { electron } = require("covalent-ts");
exports.inCommonJs = electron(() => [__dirname, require("fs")]);
module.exports.alsoThere = electron({}, () => 1);
`,
  "node_modules/steps-package/package.json":
    '{ "name": "steps-package", "version": "1.2.3", "type": "module", "exports": "./dist/index.js", "sideEffects": false }',
  "node_modules/steps-package/dist/index.js": `
import { electron } from "covalent-ts";
export { notUsed } from "./not-used.js";
export const inPackage = electron(() => 1);
//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2VzIjpbIi4uL3NyYy9pLnRzIl0sIm5hbWVzIjpbXSwibWFwcGluZ3MiOiJBQUFBO0FBS0EifQ==
`,
  "node_modules/steps-package/dist/not-used.js":
    'import { electron } from "covalent-ts";\nexport const notUsed = electron(() => 1);\n',
};

test("a TypeScript project with wrappers, packages, CommonJS, enums and paths has the same ids under tsx as in its bundle", async () => {
  await using project = await userProject(TYPESCRIPT);
  const { inClient, inBundle } = await idsOf(project, "src/main.ts", "tsx");
  expect(inBundle).toEqual(inClient);
  expect(inBundle).toEqual([
    "node_modules/steps-package/dist/index.js#inPackage",
    "node_modules/steps-package/dist/not-used.js#notUsed",
    "src/common.cjs#alsoThere",
    "src/common.cjs#inCommonJs",
    "src/lazy.ts#late",
    "src/main.ts#clean",
    "src/main.ts#main",
    "src/main.ts#typed",
    "src/main.ts#wrapped",
    "src/registered.ts#registered",
    "src/steps/clean.ts#clean",
    "src/steps/clean.ts#clean~2",
    "src/steps/default.ts#clean",
    "src/steps/default.ts#default",
    "src/steps/robust.ts#own",
  ]);
});

test("a package of the same workspace keeps the path it really has", async () => {
  await using project = await userProject({
    "apps/main/package.json": '{ "name": "main", "type": "module" }',
    "apps/main/main.ts":
      'import { step } from "../../packages/steps/index.ts"; import { electron } from "covalent-ts"; export const own = electron(() => step);',
    "packages/steps/package.json": '{ "name": "steps", "type": "module" }',
    "packages/steps/index.ts":
      'import { electron } from "covalent-ts";\nexport const step = electron(() => 1);\n',
  });
  const { inClient, inBundle } = await idsOf(project, "apps/main/main.ts");
  expect(inClient).toEqual(["../../packages/steps/index.ts#step", "main.ts#own"]);
  expect(inBundle).toEqual(inClient);
});

test("the order in which a client imports modules changes no id", async () => {
  const make = 'import { electron } from "covalent-ts"; export const make = (fn) => electron({}, fn);';
  await using project = await userProject({
    "make.js": make,
    "a.js": 'import { make } from "./make.js"; export const a = make(function step() {});',
    "b.js": 'import { make } from "./make.js"; export const b = make(function step() {});',
    "flow.js": 'import "./a.js"; import "./b.js";',
    "main.js": 'import "./b.js"; import "./a.js"; import "./flow.js";',
  });
  const bundle = await bundleModule(project.path("flow.js"));
  const ids = (await project.definitions("main.js")).map((definition) =>
    definitionId(definition, bundle.root),
  );
  expect(ids).toEqual(["b.js#step", "a.js#step"]);
  expect(new Set((await inspectBundle(bundle)).keys())).toEqual(new Set(ids));
});
