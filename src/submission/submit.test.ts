import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type UserProject, userProject } from "../../test/support/user-project.ts";
import { bundleModule, loadBundle } from "../bundle/index.ts";
import * as sdk from "../index.ts";
import { CovalentError } from "../model/errors.ts";
import { isLattice } from "../sdk/lattice.ts";
import { submit } from "./submit.ts";

/** Submits `flow` of a module, as `covalent run` does, to a server that must not be asked. */
async function submitFlow(project: UserProject, entry: string): Promise<string> {
  const bundle = await bundleModule(project.path(entry));
  await writeFile(project.path("bundle.mjs"), bundle.bytes);
  const loaded = await loadBundle(project.path("bundle.mjs"), { projectRoot: bundle.root, sdk });
  const { flow } = loaded.exports;
  if (!isLattice(flow)) throw new Error(`${entry} exports no flow`);
  const code = { bundle, digests: await loaded.codeDigests() };
  const client = () => {
    throw new CovalentError("SERVER_UNREACHABLE", { url: "nowhere" });
  };
  return submit({ lattice: flow, args: [], code: () => code, client, workdir: project.root });
}

test("an electron that tracing the lattice makes is named with its line and the fix, and no server is asked", async () => {
  await using project = await userProject({
    "flow.js": `
import { electron, lattice } from "covalent-ts";
export const flow = lattice(() => {
  const hidden = electron(function hidden() {});
  return hidden();
});
`,
  });
  await expect(submitFlow(project, "flow.js")).rejects.toMatchObject({
    code: "ELECTRON_NOT_IN_BUNDLE",
    message: `hidden (flow.js#hidden, defined at ${project.path("flow.js")}:4:18) is not defined by evaluating flow.js, so no worker can find it`,
    hint: expect.stringContaining("Move hidden to the top level of its module"),
  });
});

test("a graph of what the module defines goes to the server", async () => {
  await using project = await userProject({
    "flow.js": `
import { electron, lattice } from "covalent-ts";
const step = electron(() => 1);
export const flow = lattice(() => step());
`,
  });
  await expect(submitFlow(project, "flow.js")).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
});
