import { expect, test } from "vitest";
import { electron } from "../../sdk/electron.ts";
import { lattice } from "../../sdk/lattice.ts";
import { lepton } from "../../sdk/lepton.ts";
import { trace } from "../../sdk/trace.ts";
import { prepare } from "../../submission/prepare.ts";
import { planDocument } from "./plan-document.ts";

test("a plan has the executor of every node that runs, resolved", async () => {
  const one = electron({ name: "one" }, () => 1);
  const big = electron({ name: "big", executor: { name: "slurm", partition: "gpu" } }, (x: number) => x);
  const list = lepton.shell({ name: "list", command: "ls" });
  const inner = lattice({ name: "inner" }, () => one());
  const outer = lattice({ name: "outer", executor: "ssh", workflowExecutor: "local" }, () => [
    big(one()),
    inner(),
    list(),
  ]);
  const bundle = { digest: "b".repeat(64), bytes: { byteLength: 1 }, root: "/", externals: [] };
  const graph = await trace(outer, []);
  const code = { bundle, digests: new Map() };
  const plan = planDocument(
    prepare({ lattice: outer, args: [], graph, ...code, workdir: "/", version: "0" }),
  );
  expect(plan).toMatchObject({ name: "outer", executor: "ssh", workflow_executor: "local" });
  expect(
    plan.nodes.map(({ name, type, executor, executor_data }) => [name, type, executor, executor_data]),
  ).toEqual([
    ["one", "function", "ssh", {}],
    ["big", "function", "slurm", { partition: "gpu" }],
    ["inner", "sublattice", "local", {}],
    ["list", "function", "ssh", {}],
    [":electron_list:", "electron_list", null, {}],
    [":postprocess:reconstruct", "reconstruct", null, {}],
  ]);
});
