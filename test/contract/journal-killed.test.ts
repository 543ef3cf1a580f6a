import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import { manifestHeaderSchema, manifestNodeSchema } from "../../src/model/manifest.ts";

const NODES = 20_000;
const PROGRAM = fileURLToPath(new URL("./journal-commit-loop.ts", import.meta.url));

it.each(["process", "power"] as const)(
  "keeps every acknowledged commit when the process is killed (durability %s)",
  { timeout: 60_000 },
  async (durability) => {
    const directory = mkdtempSync(join(tmpdir(), "covalent-killed-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "runs.sqlite");
    const dispatchId = await registerNodes(path);

    const acknowledged = await killWhileCommitting([path, durability, dispatchId]);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.length).toBeLessThan(NODES);

    const database = await openDatabase({ path, durability });
    onTestFinished(() => database.close());
    const dispatch = await database.journal.load(dispatchId);
    for (const nodeId of acknowledged) {
      expect(dispatch?.nodes[nodeId]).toMatchObject({ status: "COMPLETED", output: { codec: "text" } });
    }
    // Whole or not at all: an output with each completion, an event, and the dispatch's count.
    const completed = dispatch?.nodes.filter(({ status }) => status === "COMPLETED") ?? [];
    expect(completed.every(({ output }) => output !== null)).toBe(true);
    expect(database.events.latest).toBe(completed.length);
    expect(await database.dispatches.summary(dispatchId)).toMatchObject({
      completed_electron_num: completed.length,
    });
    expect(integrityOf(path)).toBe("ok");
  },
);

async function registerNodes(path: string): Promise<string> {
  const database = await openDatabase({ path, durability: "process" });
  const dispatchId = randomUUID();
  const lattice = { name: "x", executor: "local", workflow_executor: "local" };
  const registration = await database.dispatches.beginRegistration({
    header: manifestHeaderSchema.parse({ metadata: {}, lattice: { metadata: lattice } }),
    dispatchId,
    rootDispatchId: dispatchId,
    nodeCount: NODES,
    linkCount: 0,
  });
  const metadata = { name: "n", executor: "local" };
  await registration.nodes(
    Array.from({ length: NODES }, (_, id) => manifestNodeSchema.parse({ id, metadata })),
  );
  await registration.finish();
  await database.close();
  return dispatchId;
}

/** Kills the program after its first acknowledgements, with others under way, and gives the nodes it acknowledged. */
async function killWhileCommitting(parameters: readonly string[]): Promise<number[]> {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    if (output.length > 1_000) child.kill("SIGKILL");
  });
  await exited;
  return output.split("\n").slice(0, -1).map(Number);
}

function integrityOf(path: string): unknown {
  const connection = new DatabaseSync(path, { readOnly: true });
  try {
    return connection.prepare("PRAGMA integrity_check").get()?.integrity_check;
  } finally {
    connection.close();
  }
}
