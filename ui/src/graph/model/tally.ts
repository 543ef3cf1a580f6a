import { STATUS_TEXT, type StatusLook, statusLook } from "../../components/status.tsx";
import type { Box } from "./boxes.ts";
import type { NodeStates } from "./node-states.ts";

export type StatusColor = StatusLook["color"];

/** How many nodes there are of each colour. */
export type Tally = Readonly<Record<StatusColor, number>>;

export const STATUS_COLORS = Object.keys(STATUS_TEXT) as readonly StatusColor[];

export function tallyOf(members: readonly number[], states: NodeStates): Tally {
  const tally = { completed: 0, running: 0, failed: 0, cancelled: 0, pending: 0 };
  for (const index of members) tally[statusLook(states.at(index).status).color] += 1;
  return tally;
}

/** What a box looks like as a whole: the worst that happened in it, else what goes on. */
export function colorOf(box: Box, states: NodeStates): StatusColor {
  if (box.members.length === 1) return statusLook(states.at(box.members[0] ?? 0).status).color;
  const tally = tallyOf(box.members, states);
  if (tally.failed > 0) return "failed";
  if (tally.running > 0) return "running";
  if (tally.pending > 0) return tally.completed > 0 ? "running" : "pending";
  return tally.cancelled > 0 ? "cancelled" : "completed";
}
