import { formatDuration } from "../../model/duration.ts";
import { isStructural, type NodeType } from "../../model/node.ts";
import { statusText } from "./status-text.ts";
import { shortened, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** What is shown of a node. */
export interface ShownNode {
  readonly id: number;
  readonly name: string;
  readonly type: NodeType;
  readonly status: string;
  readonly durationMs: number | null;
  readonly reason: string | null;
}

/** The nodes as a table. Parameters, lists and fields carry no code of the user's: they are counted unless `all` are asked for. */
export function nodeTable(nodes: readonly ShownNode[], terminal: Terminal, all = false): string {
  const shown = all ? nodes : nodes.filter(({ type }) => !isStructural(type));
  const rows = shown.map(({ id, name, status, durationMs, reason }) => [
    String(id),
    name,
    statusText(status, terminal.colors),
    durationMs === null ? "" : formatDuration(durationMs),
    shortened((reason ?? "").split("\n", 1)[0] ?? "", 60),
  ]);
  const columns = [
    { title: "NODE", right: true },
    { title: "NAME" },
    { title: "STATUS" },
    { title: "TIME", right: true },
    { title: "" },
  ];
  const folded = nodes.length - shown.length;
  const note =
    folded === 0 ? "" : `\n${terminal.colors.dim(`and ${folded} structural: parameters, lists, fields`)}`;
  return table(columns, rows, terminal.lineLimit) + note;
}

/** Milliseconds between two times, `null` while one of them is not known. */
export function durationMs(startedAt: Date | number | null, endedAt: Date | number | null): number | null {
  return startedAt === null || endedAt === null ? null : Number(endedAt) - Number(startedAt);
}
