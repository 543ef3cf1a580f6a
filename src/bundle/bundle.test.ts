import { rename } from "node:fs/promises";
import { expect, test } from "vitest";
import { userProject } from "../../test/support/user-project.ts";
import { inspectBundle } from "../submission/inspect.ts";
import { bundleModule } from "./bundle.ts";

const FLOW = 'import { electron } from "covalent-ts";\nexport const step = electron(() => 1);\n';

test("the same sources give the same bytes wherever the project lies", async () => {
  const files = {
    "src/flow.ts": `${FLOW}export const here = import.meta.dirname;\n`,
    "src/a.cjs": "exports.d = __dirname;",
  };
  await using one = await userProject(files);
  await using other = await userProject(files);
  const bundles = await Promise.all([one, other].map((project) => bundleModule(project.path("src/flow.ts"))));
  expect(bundles[0]?.digest).toBe(bundles[1]?.digest);
  expect(bundles[0]).toMatchObject({ root: one.root, entry: "src/flow.ts", externals: [], warnings: [] });
  expect(Buffer.from(bundles[0]?.bytes ?? []).toString()).not.toContain(one.root);
});

test("a bundle is made again only when a file that went into it changes", async () => {
  await using project = await userProject({ "flow.ts": 'export * from "./step.ts";\n', "step.ts": FLOW });
  const first = await bundleModule(project.path("flow.ts"));
  const again = await bundleModule(project.path("flow.ts"));
  expect(again.digest).toBe(first.digest);
  await project.write({ "new.ts": `${FLOW}export const more = 1;\n` });
  await rename(project.path("new.ts"), project.path("step.ts"));
  expect((await bundleModule(project.path("flow.ts"))).digest).not.toBe(first.digest);
});

test("a syntax error is told with its place", async () => {
  await using project = await userProject({ "src/flow.ts": `${FLOW}export const = 1;\n` });
  await expect(bundleModule(project.path("src/flow.ts"))).rejects.toMatchObject({
    code: "BUNDLE_FAILED",
    message: expect.stringMatching(
      /^src\/flow\.ts cannot be bundled: src\/flow\.ts:3:14: Expected identifier/,
    ),
  });
});

test("a package that is not installed is told with how to install it", async () => {
  await using project = await userProject({ "flow.ts": 'import x from "not-there";\nexport default x;\n' });
  await expect(bundleModule(project.path("flow.ts"))).rejects.toMatchObject({
    code: "BUNDLE_FAILED",
    message: expect.stringContaining('flow.ts:1:15: Could not resolve "not-there"'),
    hint: "Install it: npm install not-there",
  });
});

test("a module that is not there is told", async () => {
  await using project = await userProject({});
  await expect(bundleModule(project.path("none.ts"))).rejects.toMatchObject({ code: "BUNDLE_FAILED" });
});

test("an import whose target is computed is warned about in the user's code alone", async () => {
  await using project = await userProject({
    "src/flow.ts": `import "computing"; import "./old.cjs";\nconst name: string = "./x.js";\nawait import(name).catch(() => {});\n${FLOW}`,
    "src/old.cjs": 'const name = "fs";\nrequire(name);\n',
    "node_modules/computing/package.json": '{ "name": "computing", "version": "1.0.0" }',
    "node_modules/computing/index.js": 'const name = "fs"; require(name);',
  });
  const { warnings } = await bundleModule(project.path("src/flow.ts"));
  expect(warnings.toSorted()).toEqual([
    expect.stringMatching(/^src\/flow\.ts:3:7: .*import/),
    expect.stringMatching(/^src\/old\.cjs:2:1: .*require/),
  ]);
});

test("packages with native add-ons stay outside and are listed", async () => {
  const native = (name: string, more: object) => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "2.1.0", ...more }),
    [`node_modules/${name}/index.js`]: 'module.exports = { native: require("path").basename(__dirname) };',
  });
  await using project = await userProject({
    ...native("with-gyp", { gypfile: true }),
    ...native("with-loader", { dependencies: { bindings: "1" } }),
    ...native("@scope/with-platforms", { optionalDependencies: { "@scope/p-linux-x64": "1" } }),
    ...native("@scope/p-linux-x64", {}),
    "node_modules/@scope/p-linux-x64/lib/addon.node": "binary",
    ...native("with-file", {}),
    "node_modules/with-file/build/Release/addon.node": "binary",
    ...native("plain", {}),
    "flow.ts": `
import gyp from "with-gyp";
import loader from "with-loader";
import platforms from "@scope/with-platforms";
import file from "with-file";
import plain from "plain";
import { electron } from "covalent-ts";
electron({ name: [gyp, loader, platforms, file].map(({ native }) => native).join() + plain.native }, () => 1);
`,
  });
  const bundle = await bundleModule(project.path("flow.ts"));
  expect(bundle.externals).toEqual([
    { name: "@scope/with-platforms", version: "2.1.0" },
    { name: "with-file", version: "2.1.0" },
    { name: "with-gyp", version: "2.1.0" },
    { name: "with-loader", version: "2.1.0" },
  ]);
  expect([...(await inspectBundle(bundle)).keys()]).toEqual([
    "flow.ts#with-gyp,with-loader,with-platforms,with-fileplain",
  ]);
});

test("a CommonJS module whose strings and comments look like an ES module's keeps its place", async () => {
  const code =
    "const text = `\nimport x from 'x';\nexport const y = 1;\n`;\n/*\nexport default x;\n*/\nmodule.exports = [__filename, text];\n";
  await using project = await userProject({
    "flow.ts": 'import old from "old"; export const [place, text] = old; await 0;',
    "node_modules/old/package.json": '{ "name": "old", "version": "1.0.0" }',
    "node_modules/old/index.js": code,
  });
  const { bytes } = await bundleModule(project.path("flow.ts"));
  expect(new TextDecoder().decode(bytes)).toContain('__covalent.location("node_modules/old/index.js")');
});
