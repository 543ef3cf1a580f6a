import { type Covalent, UNINTERRUPTED } from "./covalent.ts";

const WORKFLOW = "examples/quickstart/select-model.ts";
const DATA = "examples/quickstart/data/mauna-loa-co2.csv";

/** The first act: a server on a free port, the quickstart with its progress and result, and its graph. */
export async function runWorkflow(home: string, covalent: Covalent): Promise<void> {
  console.log(`A server on a free port, with its data in ${home}, runs a workflow over ${DATA}.`);
  await covalent(["start", "--port", "0"], UNINTERRUPTED);
  await covalent(["run", WORKFLOW, "--args", JSON.stringify([DATA])]);
  const { dispatches } = JSON.parse(await covalent(["list", "--json"], { quiet: true }));
  await covalent(["show", dispatches[0].dispatch_id, "--nodes", "all"]);
  const { server } = JSON.parse(await covalent(["status", "--json"], { quiet: true }));
  console.log(`\nWeb UI  ${server.url}`);
}
