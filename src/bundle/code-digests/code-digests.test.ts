import { writeFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type UserProject, userProject } from "../../../test/support/user-project.ts";
import * as sdk from "../../index.ts";
import { bundleModule } from "../bundle.ts";
import { loadBundle } from "../load.ts";
import type { CodeDigest } from "./code-digests.ts";

const IMPORTS =
  'import { electron, lattice, task } from "covalent-ts"; import * as sdk from "covalent-ts";\n';
const KEEP = "\nexport const used = [electron, lattice, task, sdk];\n";

let project: UserProject;
beforeAll(async () => {
  project = await userProject({});
});
afterAll(() => project[Symbol.asyncDispose]());

type Files = Readonly<Record<string, string>>;

/** The digests of what bundling `flow.ts` of some files defines, by id. */
async function digestsOf(files: Files | string): Promise<ReadonlyMap<string, CodeDigest>> {
  await project.write(typeof files === "string" ? { "flow.ts": IMPORTS + files + KEEP } : files);
  const bundle = await bundleModule(project.path("flow.ts"));
  const path = project.path(`${bundle.digest}.mjs`);
  await writeFile(path, bundle.bytes);
  return (await loadBundle(path, { projectRoot: bundle.root, sdk })).codeDigests();
}

async function digestOf(files: Files | string, name = "a"): Promise<string> {
  const found = (await digestsOf(files)).get(`flow.ts#${name}`);
  expect(found).toMatchObject({ isolated: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  return found?.digest ?? "";
}

const BASE = "const k = 1; const help = (x: number) => x + k; export const a = electron(() => help(2));";

describe("the digest stays when one edits", () => {
  test.each<[what: string, before: string, after: string]>([
    ["a comment", BASE, `/* one */ ${BASE.replace("=> x", "=> /* two */ x")} // three`],
    ["white space", BASE, BASE.replaceAll(";", ";\n\n\t").replaceAll("=>", " =>  ")],
    ["types", BASE, BASE.replace("x: number", "x: 1 | 2")],
    [
      "another electron",
      `${BASE} export const b = electron(() => 1);`,
      `${BASE} export const b = electron(() => 2);`,
    ],
    [
      "an electron of a wrapper",
      `const w = (f) => electron({ retries: 1 }, f); ${BASE} w(() => 1);`,
      `const w = (f) => electron({ retries: 1 }, f); ${BASE} w(() => 2);`,
    ],
    [
      "a neighbour in an object",
      "export const o = { a: electron(() => 1), b: electron(() => 1) };",
      "export const o = { a: electron(() => 1), b: electron(() => 2) };",
    ],
    [
      "its lattice",
      `${BASE} export const f = lattice(() => a());`,
      `${BASE} export const f = lattice(() => [a(), a()]);`,
    ],
    ["its options", BASE, BASE.replace("electron(", "electron({ retries: 3, name: 'a' }, ")],
    ["the name of a local", BASE, BASE.replace("(x: number) => x + k", "(y: number) => y + k")],
    ["a function that nobody calls", BASE, `${BASE} function other() { return 2; }`],
    ["a constant that nobody reads", BASE, `${BASE} const other = new Map([["a", Math.max(1, 2)]]);`],
    ["what is dispatched", `${BASE} void 1;`, `${BASE} void sdk.dispatch(lattice(() => a()));`],
    ["what an enum that nobody reads holds", `${BASE} enum E { A }`, `${BASE} enum E { B }`],
    [
      "what a variable that nobody reads is computed with",
      `${BASE} const other = process.emitWarning.bind(null, 1);`,
      `${BASE} const other = process.emitWarning.bind(null, 2);`,
    ],
    [
      "what a class that nobody makes does",
      `${BASE} class C { m() { return 1; } }`,
      `${BASE} class C { m() { return 2; } static s = 1; }`,
    ],
  ])("%s", async (_, before, after) => {
    expect(await digestOf(after)).toBe(await digestOf(before));
  });
});

describe("the digest changes when one edits", () => {
  test.each<[what: string, code: string, change: readonly [string, string]]>([
    ["the function", "export const a = electron(() => 1);", ["=> 1", "=> 2"]],
    ["a function that it calls", BASE, ["x + k", "x - k"]],
    ["a constant that a function it calls reads", BASE, ["k = 1", "k = 2"]],
    ["a default argument", "const k = 1; export const a = electron((x = k) => x);", ["k = 1", "k = 2"]],
    [
      "a default that the body shadows",
      "const k = 1; export const a = electron((x = k) => { var k = 3; return x + k; });",
      ["k = 1", "k = 2"],
    ],
    [
      "a method of a class",
      "class M { run() { return 1; } } export const a = electron(() => new M().run());",
      ["return 1", "return 2"],
    ],
    [
      "a method of a class above",
      "class N { run() { return 1; } } class M extends N {} export const a = electron(() => new M().run());",
      ["return 1", "return 2"],
    ],
    [
      "a private field",
      "class M { #n = 1; get() { return this.#n; } } export const a = electron(() => new M().get());",
      ["#n = 1", "#n = 2"],
    ],
    [
      "a method of an object",
      "const o = { run() { return 1; } }; export const a = electron(() => o.run());",
      ["return 1", "return 2"],
    ],
    ["a template", "export const a = electron((x) => `one ${x}`);", ["one", "two"]],
    ["a regular expression", "export const a = electron((x) => /one/u.test(x));", ["/one/u", "/one/v"]],
    ["a big number", "export const a = electron(() => 10n);", ["10n", "11n"]],
    ["which global it calls", "export const a = electron(() => Math.sin(1));", ["sin", "cos"]],
    ["which of two names is read", "export const a = electron((x, y) => x);", ["=> x", "=> y"]],
    ["an async function to a plain one", "export const a = electron(async () => 1);", ["async ", ""]],
    [
      "an electron that it calls",
      "const b = electron(() => 1); export const a = electron(() => b());",
      ["=> 1", "=> 2"],
    ],
    [
      "an electron of a lattice",
      "const b = electron(() => 1); export const a = lattice(() => b());",
      ["=> 1", "=> 2"],
    ],
    [
      "what fills a table that it reads",
      "const t = new Map(); t.set(1, 1); export const a = electron(() => t.get(1));",
      ["t.set(1, 1)", "t.set(1, 2)"],
    ],
    [
      "what a variable that nobody reads is computed with, if that has hold of a table that it reads",
      "const t = new Map(); const add = (n) => t.set(1, n); const other = add(1); export const a = electron(() => t.get(1));",
      ["add(1)", "add(2)"],
    ],
    [
      "the order in which a table is filled",
      "const t = []; t.push(1); t.push(2); export const a = electron(() => t);",
      ["t.push(1); t.push(2);", "t.push(2); t.push(1);"],
    ],
    [
      "a global that the module sets",
      "globalThis.n = 1; export const a = electron(() => globalThis.n);",
      ["n = 1", "n = 2"],
    ],
    [
      "what a variable is assigned later",
      "let n; n = 1; export const a = electron(() => n);",
      ["n = 1", "n = 2"],
    ],
    ["a wrapper", "const w = (f) => electron(() => f() + 1); export const a = w(() => 1);", ["+ 1", "+ 2"]],
    ["what a wrapper wraps", "const w = (f) => electron(f); export const a = w(() => 1);", ["=> 1", "=> 2"]],
    ["the function behind an alias", "const e = electron; export const a = e(() => 1);", ["=> 1", "=> 2"]],
    [
      "what is passed on to electron",
      "export const a = Reflect.apply(electron, undefined, [() => 1]);",
      ["=> 1", "=> 2"],
    ],
    [
      "what electron is called with by somebody else",
      "export const a = [{ retries: 1 }, () => 1].reduce(electron);",
      ["=> 1", "=> 2"],
    ],
    [
      "the order in which values are made that it reads",
      "const t = []; const x = t.push(1); const y = t.push(1); export const a = electron(() => [x, y]);",
      ["const x = t.push(1); const y = t.push(1);", "const y = t.push(1); const x = t.push(1);"],
    ],
    [
      "a list that electrons are made of",
      "const fs = [() => 1]; export const a = fs.map((f) => electron(f));",
      ["=> 1", "=> 2"],
    ],
  ])("%s", async (_, code, [from, to]) => {
    expect(code).toContain(from);
    expect(await digestOf(code.replace(from, to))).not.toBe(await digestOf(code));
  });
});

describe("across modules", () => {
  const FLOW = `${IMPORTS}import { help } from "./help.ts"; export const a = electron(() => help(1));${KEEP}`;
  const files = (more: Files): Files => ({
    "flow.ts": FLOW,
    "help.ts": "export const help = (x) => x;",
    ...more,
  });

  test.each<[what: string, from: Files, to: Files, same: boolean]>([
    ["an imported function counts", {}, { "help.ts": "export const help = (x) => -x;" }, false],
    [
      "its neighbours do not",
      {},
      { "help.ts": "export const help = (x) => x; export const other = () => 1;" },
      true,
    ],
    [
      "it may lie in another file",
      {},
      { "help.ts": 'export * from "./deep.ts";', "deep.ts": "export const help = (x) => x;" },
      true,
    ],
    [
      "a re-exported function counts",
      { "help.ts": 'export { h as help } from "./deep.ts";', "deep.ts": "export const h = (x) => x;" },
      { "help.ts": 'export { h as help } from "./deep.ts";', "deep.ts": "export const h = (x) => -x;" },
      false,
    ],
    [
      "a function of a whole namespace counts",
      {
        "flow.ts": `${IMPORTS}import * as all from "./help.ts"; export const a = electron((f) => all[f]());${KEEP}`,
      },
      {
        "flow.ts": `${IMPORTS}import * as all from "./help.ts"; export const a = electron((f) => all[f]());${KEEP}`,
        "help.ts": "export const help = (x) => -x;",
      },
      false,
    ],
    [
      "a statement of a module that is reached counts",
      {},
      { "help.ts": "export const help = (x) => x; setUp(); function setUp() { help.done = true; }" },
      false,
    ],
    [
      "a module imported for its effects counts",
      { "flow.ts": `import "./set-up.ts";${FLOW}`, "set-up.ts": 'process.emit("setUp", 1);' },
      { "flow.ts": `import "./set-up.ts";${FLOW}`, "set-up.ts": 'process.emit("setUp", 2);' },
      false,
    ],
    [
      "what a module holds that is imported by import() as well counts",
      {
        "flow.ts": `${FLOW} export const late = () => import("./help.ts");`,
        "help.ts": "const k = 1; export const help = (x) => x + k;",
      },
      {
        "flow.ts": `${FLOW} export const late = () => import("./help.ts");`,
        "help.ts": "const k = 2; export const help = (x) => x + k;",
      },
      false,
    ],
    [
      "a module that sets globals counts",
      { "flow.ts": `import "./set-up.ts";${FLOW}`, "set-up.ts": "globalThis.unit = 1;" },
      { "flow.ts": `import "./set-up.ts";${FLOW}`, "set-up.ts": "globalThis.unit = 2;" },
      false,
    ],
    [
      "a module with electrons of its own that adds to a table counts",
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); import { all } from "./help.ts"; all.push(1);`,
      },
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); import { all } from "./help.ts"; all.push(2);`,
      },
      false,
    ],
    [
      "a module with electrons of its own that sets globals counts",
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); globalThis.unit = 1;`,
      },
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); globalThis.unit = 2;`,
      },
      false,
    ],
    [
      "what a module with electrons of its own does otherwise does not",
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); process.emit("x", 1);`,
      },
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); process.emit("x", 2);`,
      },
      true,
    ],
    [
      "what another module does with the electron does not",
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); import { a } from "./flow.ts"; process.emit("x", a, 1);`,
      },
      {
        "flow.ts": `export * from "./more.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "more.ts": `import { electron } from "covalent-ts"; export const b = electron(() => 1); import { a } from "./flow.ts"; process.emit("x", a, 2);`,
      },
      true,
    ],
    [
      "a CommonJS module imported for its effects counts",
      { "flow.ts": `import "./old.cjs";${FLOW}`, "old.cjs": "process.emit('x', 1);" },
      { "flow.ts": `import "./old.cjs";${FLOW}`, "old.cjs": "process.emit('x', 2);" },
      false,
    ],
    [
      "a CommonJS module that is used elsewhere does not",
      {
        "flow.ts": `import old from "./old.cjs";${FLOW} export const b = electron(() => old);`,
        "old.cjs": "exports.x = 1;",
      },
      {
        "flow.ts": `import old from "./old.cjs";${FLOW} export const b = electron(() => old);`,
        "old.cjs": "exports.x = 2;",
      },
      true,
    ],
    [
      "a plug-in that adds itself counts",
      {
        "flow.ts": `import "./plug.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "plug.ts": 'import { all } from "./help.ts"; all.push(1);',
      },
      {
        "flow.ts": `import "./plug.ts";${FLOW}`,
        "help.ts": "export const all = []; export const help = () => all;",
        "plug.ts": 'import { all } from "./help.ts"; all.push(2);',
      },
      false,
    ],
    [
      "names that the bundler has to change do not",
      {},
      {
        "flow.ts": `import "./zother.ts";${FLOW}`,
        "zother.ts": "const help = () => 2; const x = 3; const a = 4; export default [help, x, a];",
      },
      true,
    ],
  ])("%s", async (_, from, to, same) => {
    const before = await digestOf(files(from));
    const after = await digestOf(files(to));
    expect(after === before).toBe(same);
  });

  test("the version of a package counts, of one outside the bundle too, and of one that it does not use it does not", async () => {
    const flow = `${IMPORTS}import p from "plain"; import n from "native"; import c from "native-cjs";
export const plain = electron(() => p), native = electron(() => n), cjs = electron(() => c), none = electron(() => 1);${KEEP}`;
    const manifest = (name: string, version: number, more: object) => ({
      [`node_modules/${name}/package.json`]: JSON.stringify({
        name,
        version: `${version}.0.0`,
        main: "index.js",
        ...more,
      }),
    });
    const at = (version: number) =>
      digestsOf({
        "flow.ts": flow,
        ...manifest("plain", version, {}),
        "node_modules/plain/index.js": `module.exports = ${version};`,
        ...manifest("native", version, { gypfile: true, type: "module", exports: "./index.js" }),
        "node_modules/native/index.js": "export default 1;",
        ...manifest("native-cjs", version, { gypfile: true }),
        "node_modules/native-cjs/index.js": "module.exports = 1;",
      });
    const [one, two] = [await at(1), await at(2)];
    const changed = [...one.keys()].filter((id) => one.get(id)?.digest !== two.get(id)?.digest);
    expect(changed).toEqual(["flow.ts#plain", "flow.ts#native", "flow.ts#cjs"]);
    expect([...one.values()].map(({ isolated }) => isolated)).toEqual([true, true, true, true]);
  });
});

describe("leptons", () => {
  const flow = (options = "") =>
    `import { electron, lattice, lepton } from "covalent-ts";
     export const a = lepton.python({ module: "./fit.py", function: "fit"${options} });
     export const flow = lattice(() => a(1));
     export const beside = electron(() => 1);`;
  const files = {
    "flow.ts": flow(),
    "fit.py": "import near\ndef fit(x): return near.scaled(x)\n",
    "near.py": "def scaled(x): return x",
  };

  test("have digests of what they call, and of all that this imports", async () => {
    const before = await digestsOf(files);
    const after = await digestsOf({ ...files, "near.py": "def scaled(x): return 2 * x" });
    const same = (id: string) => before.get(id)?.digest === after.get(id)?.digest;
    // Who calls it depends on it; who is only beside it does not.
    expect(["flow.ts#a", "flow.ts#flow", "flow.ts#beside"].map(same)).toEqual([false, false, true]);
    expect(after.get("flow.ts#a")).toMatchObject({ isolated: true });
  });

  test("have digests that do not change with how they are run", async () => {
    expect(await digestOf({ ...files, "flow.ts": flow(", retries: 2, timeout: 5") })).toBe(
      await digestOf(files),
    );
    expect(await digestOf({ ...files, "flow.ts": flow(', argnames: ["x"]') })).not.toBe(
      await digestOf(files),
    );
  });

  test("are carried in bundles of CommonJS modules and of wrappers too", async () => {
    const commonJs = `"use strict"; const { lepton } = require("covalent-ts");
      const python = (module) => lepton.python({ module, function: "fit" });
      exports.a = python("./fit.py");`;
    expect([
      ...(
        await digestsOf({ ...files, "flow.ts": 'export { a } from "./old.cjs";', "old.cjs": commonJs })
      ).keys(),
    ]).toEqual(["old.cjs#a"]);
  });

  test("whose path is no text in their module are told of", async () => {
    const computed =
      'import { lepton } from "covalent-ts"; export const a = lepton.python({ module: "./" + "fit.py", function: "fit" });';
    await expect(digestsOf({ ...files, "flow.ts": computed })).rejects.toThrow("there is no file fit.py");
  });
});

test("two electrons of the same code have one digest, whatever they are called and however they are made", async () => {
  const code = `
export const one = electron(async (x) => x + 1);
export const two = electron({ retries: 2, timeout: "1m" }, async (y) => y + 1);
export const three = sdk.task(async (x) => x + 1);
export default electron(async (x) => x + 1);
export const other = electron(async (x) => x + 2);`;
  const digests = [...(await digestsOf(code)).values()].map(({ digest }) => digest);
  expect(new Set(digests.slice(0, 4)).size).toBe(1);
  expect(digests[4]).not.toBe(digests[0]);
});

test("electrons that one piece of code makes differ", async () => {
  const code =
    "const made = [1, 2].map((n) => electron(() => n)); for (const n of [1, 2]) electron(() => n);";
  const digests = [...(await digestsOf(code)).values()];
  expect(new Set(digests.map(({ digest }) => digest)).size).toBe(4);
  expect(digests.every(({ isolated }) => isolated)).toBe(true);
});

test.each([
  [
    "it reaches a call of eval() in flow.ts",
    "const k = 1; const run = (code: string) => eval(code); export const a = electron(() => run('k'));",
  ],
  ["it reaches a call of eval() in flow.ts", "export const a = electron((code) => eval(code));"],
])("what cannot be isolated has a digest of the bundle: %s", async (reason, code) => {
  const [before, after] = [await digestsOf(code), await digestsOf(`${code} const other = 1;`)];
  expect(before.get("flow.ts#a")).toMatchObject({ isolated: false, reason });
  expect(after.get("flow.ts#a")?.digest).not.toBe(before.get("flow.ts#a")?.digest);
});

test("what is defined when nothing tells from where has a digest of the bundle, and each its own", async () => {
  const code = `
const make = async (fn) => { await 0; return electron(fn); };
export const a = await make(() => 1), b = await make(() => 1);`;
  const [a, b] = [...(await digestsOf(code)).values()];
  expect(a).toMatchObject({ isolated: false, reason: expect.stringMatching(/^it is defined in a function/) });
  expect(b?.digest).not.toBe(a?.digest);
});

test("electrons of a CommonJS module have digests of that module, each its own", async () => {
  const files = (other: string) => ({
    "flow.ts": `import "./old.cjs"; import "./other.ts"; export {};`,
    "other.ts": `export const other = ${other};`,
    "old.cjs":
      'const { electron } = require("covalent-ts"); for (const n of ["a", "b"]) exports[n] = electron(() => 1);',
  });
  const [a, b] = [...(await digestsOf(files("1"))).values()];
  expect(a?.isolated).toBe(true);
  expect(b?.digest).not.toBe(a?.digest);
  expect([...(await digestsOf(files("2"))).values()]).toEqual([a, b]);
});

test("unrelated statements never change a digest", async () => {
  const name = fc.constantFrom("k", "help", "M", "x", "local0", "__name", "zed", "other");
  const value = fc.constantFrom(
    "1",
    '"text"',
    "() => 1",
    "[1, 2].map((x) => x)",
    "class { static s = 1; }",
    "electron(() => 2)",
    "{ k: 1 }",
    "new Map()",
  );
  const statement = fc.oneof(
    fc.tuple(name, value).map(([n, v]) => `export const ${n} = ${v};`),
    name.map((n) => `export function ${n}(x) { const k = x; return k; }`),
    name.map((n) => `export class ${n} { k = 1; }`),
    name.map((n) => `export enum ${n} { A, B }`),
  );
  const module = fc.uniqueArray(statement, {
    selector: (text) => /(?:const|function|class|enum) (\w+)/.exec(text)?.[1],
    maxLength: 4,
  });
  const own =
    "const k = 1; class M { m(x) { return x + k; } } const help = (x) => new M().m(x); export const a = electron((x, y = k) => help(x + y));";
  const files = (around: readonly string[], ahead: readonly string[], behind: readonly string[]) => ({
    "flow.ts": `import * as all from "./ahead.ts"; export * from "./steps.ts"; export * as behind from "./behind.ts"; export const z = [all];`,
    "steps.ts": `import { electron } from "covalent-ts"; ${own} ${around.join(" ")}`,
    "ahead.ts": `import { electron } from "covalent-ts"; ${ahead.join(" ")} export const e = electron;`,
    "behind.ts": `import { electron } from "covalent-ts"; ${behind.join(" ")} export const e = electron;`,
  });
  const plain = (await digestsOf(files([], [], []))).get("steps.ts#a");
  expect(plain?.isolated).toBe(true);
  const around = module.map((all) =>
    all.filter((text) => !/(?:const|function|class|enum) (?:k|help|M)\b/.test(text)),
  );
  await fc.assert(
    fc.asyncProperty(around, module, module, async (...more) => {
      expect((await digestsOf(files(...more))).get("steps.ts#a")).toEqual(plain);
    }),
    { numRuns: 60 },
  );
});
