import { formatDuration } from "../../model/duration.ts";
import { isStructural } from "../../model/node.ts";
import { isTerminal } from "../../model/status.ts";
import type { WatchedNode } from "../watch-dispatch.ts";
import { durationMs } from "./node-table.ts";
import { printable } from "./printable.ts";
import { statusText } from "./status-text.ts";
import { shortened } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** Beyond this many nodes only failures get a line of their own. */
const LINES = 100;

/** Shows how a dispatch gets on. */
export interface Progress {
  readonly onChange: (node: WatchedNode, nodes: ReadonlyMap<number, WatchedNode>) => void;
  /** Takes away what moves. */
  end(): void;
}

/**
 * A line for each node that ends and, on a terminal, one that moves: how many are done and what runs now. Without a terminal only
 * the plain lines; under --json nothing.
 */
export function createProgress(terminal: Terminal): Progress {
  let moving = false;
  const clear = (): void => {
    if (moving) terminal.write("\r\x1b[K");
    moving = false;
  };
  return {
    onChange: (node, nodes) => {
      if (terminal.json || isStructural(node.type)) return;
      clear();
      const worthALine = nodes.size <= LINES || node.status === "FAILED";
      if (isTerminal(node.status) && worthALine)
        terminal.print(shortened(endLine(node, terminal), terminal.lineLimit));
      if (!terminal.interactive) return;
      terminal.write(shortened(printable(overview(nodes), false), terminal.width - 1));
      moving = true;
    },
    end: clear,
  };
}

function endLine(
  { id, name, status, reason, startedAt, endedAt }: WatchedNode,
  { colors }: Terminal,
): string {
  const took = durationMs(startedAt, endedAt);
  const [why = ""] = (reason ?? "").split("\n", 1);
  const parts = [
    statusText(status, colors),
    name,
    colors.dim(`#${id}`),
    took === null ? "" : formatDuration(took),
    why === "" ? "" : colors.dim(why),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function overview(nodes: ReadonlyMap<number, WatchedNode>): string {
  const own = [...nodes.values()].filter(({ type }) => !isStructural(type));
  const ended = own.filter(({ status }) => isTerminal(status)).length;
  const running = own.filter(({ status }) => status === "RUNNING").map(({ name }) => name);
  return `${ended}/${own.length} done${running.length === 0 ? "" : `, running: ${running.join(", ")}`}`;
}
