import { openDatabase } from "../../src/database/open.ts";

/**
 * Commits completions until it is killed, and writes the row of each electron to its output when the commit is acknowledged.
 * Run by `journal-killed.test.ts`: node journal-commit-loop.ts <path> <durability> <dispatch id>
 */
const [path = "", durability, dispatchId = ""] = process.argv.slice(2);
const database = await openDatabase({ path, durability: durability === "power" ? "power" : "process" });
const dispatch = await database.journal.load(dispatchId);
if (dispatch === undefined) throw new Error(`there is no dispatch ${dispatchId} in ${path}`);

const { nodes, row } = dispatch;
await Promise.all(
  nodes.map(async ({ row: node, nodeId }) => {
    const change = {
      kind: "node-status",
      dispatch: row,
      dispatchId,
      node,
      nodeId,
      status: "COMPLETED",
      at: 1,
    } as const;
    const inline = Buffer.from(`output ${nodeId}`);
    const digest = nodeId.toString(16).padStart(64, "0");
    await database.journal.commit([
      { ...change, output: { digest, size: inline.length, codec: "text", inline } },
    ]);
    process.stdout.write(`${nodeId}\n`);
  }),
);
