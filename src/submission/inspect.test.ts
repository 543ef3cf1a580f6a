import { expect, test } from "vitest";
import { userProject } from "../../test/support/user-project.ts";
import { bundleModule } from "../bundle/bundle.ts";
import { inspectBundle } from "./inspect.ts";

test("a module that throws is told with the user's own file and line", async () => {
  await using project = await userProject({
    "src/flow.ts": 'import { fail } from "./fail.ts";\ninterface A { a: 1 }\nfail({ a: 1 } satisfies A);\n',
    "src/fail.ts":
      "// one\n\nexport function fail(value: unknown): never {\n  throw new RangeError(`bad ${value}`);\n}\n",
  });
  const inspection = inspectBundle(await bundleModule(project.path("src/flow.ts")));
  const error = await inspection.catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "BUNDLE_EVALUATION_FAILED",
    message: expect.stringContaining(
      "cannot be evaluated: RangeError: bad [object Object] (at src/fail.ts:4:9)",
    ),
  });
  const stack = String((error as { cause: Error }).cause.stack);
  expect(stack).toContain(`fail (${project.path("src/fail.ts")}:4:9)`);
  expect(stack).toContain(`${project.path("src/flow.ts")}:3:1`);
});

test("a module that ends its process is told", async () => {
  await using project = await userProject({ "flow.js": "process.exit(3);" });
  await expect(inspectBundle(await bundleModule(project.path("flow.js")))).rejects.toMatchObject({
    code: "BUNDLE_EVALUATION_FAILED",
    message: expect.stringContaining("it ended its process (exit code 3)"),
  });
});

test("a module that waits for ever is stopped and told", async () => {
  await using project = await userProject({
    "flow.js": "setInterval(() => {}, 1_000); await new Promise(() => {});",
  });
  await expect(inspectBundle(await bundleModule(project.path("flow.js")), 1_500)).rejects.toMatchObject({
    message: expect.stringContaining("it was not done after 1.5 s"),
  });
});

test("what a module prints, starts or waits for later is no obstacle", async () => {
  await using project = await userProject({
    "flow.js": `
import { electron } from "covalent-ts";
process.stdout.write("x".repeat(1_000_000));
setInterval(() => {}, 1_000);
export const step = electron(() => 1);
`,
  });
  const digests = await inspectBundle(await bundleModule(project.path("flow.js")));
  expect([...digests.keys()]).toEqual(["flow.js#step"]);
});
