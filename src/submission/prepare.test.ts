import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { userProject } from "../../test/support/user-project.ts";
import { bundleModule, loadBundle } from "../bundle/index.ts";
import * as sdk from "../index.ts";
import { trace } from "../sdk/trace.ts";
import { prepare } from "./prepare.ts";

test("each electron's node carries the digest of its code, and why when that is the bundle's; other nodes carry none", async () => {
  await using project = await userProject({
    "flow.ts": `
import { electron, lattice } from "covalent-ts";
const double = electron((x: number) => 2 * x);
const dynamic = electron((code: string) => eval(code));
export default lattice({ name: "flow" }, () => [double(1), double(2), dynamic("1")]);
`,
  });
  const bundle = await bundleModule(project.path("flow.ts"));
  await writeFile(project.path("bundle.mjs"), bundle.bytes);
  const loaded = await loadBundle(project.path("bundle.mjs"), { projectRoot: bundle.root, sdk });
  const digests = await loaded.codeDigests();
  const lattice = loaded.lattice("flow.ts#flow");
  if (lattice === undefined) throw new Error("no lattice");
  const graph = await trace(lattice, []);
  const { nodes } = prepare({ lattice, args: [], graph, bundle, digests, workdir: "/", version: "0" });
  const digest = digests.get("flow.ts#double")?.digest;
  expect(
    nodes.filter(({ metadata }) => metadata.name === "double").map(({ metadata }) => metadata.code_digest),
  ).toEqual([digest, digest]);
  expect(nodes.find(({ metadata }) => metadata.name === "dynamic")?.metadata).toMatchObject({
    code_digest: digests.get("flow.ts#dynamic")?.digest,
    code_digest_reason: "it reaches a call of eval() in flow.ts",
  });
  const others = nodes.filter(({ metadata }) => metadata.type !== "function");
  expect(others.every(({ metadata }) => metadata.code_digest === undefined)).toBe(true);
});
