import { styleText } from "node:util";
import { formatDuration } from "../src/model/duration.ts";

/** What `covalent run --json` prints, as far as the demo shows it. */
export interface DemoResult {
  readonly dispatch_id: string;
  readonly status: string;
  readonly result: unknown;
  readonly nodes: readonly DemoNode[];
}

interface DemoNode {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  /** ISO 8601; `null` for what never ran. */
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

/** The graph as a table, then the result. */
export function describeResult({ dispatch_id, status, nodes, result }: DemoResult): string {
  const width = Math.max(...nodes.map((node) => node.name.length));
  const rows = nodes.map((node, id) =>
    [String(id).padStart(4), node.name.padEnd(width), colored(node.status.padEnd(10)), durationOf(node)].join(
      "  ",
    ),
  );
  return [
    `Dispatch ${dispatch_id}  ${colored(status)}\n`,
    `node  ${"name".padEnd(width)}  ${"status".padEnd(10)}  duration`,
    ...rows,
    `\nResult  ${JSON.stringify(result, null, 2)}\n`,
  ].join("\n");
}

function durationOf({ started_at, ended_at }: DemoNode): string {
  if (started_at === null || ended_at === null) return "";
  return formatDuration(Date.parse(ended_at) - Date.parse(started_at));
}

function colored(status: string): string {
  return styleText(status.trim() === "COMPLETED" ? "green" : "red", status);
}
