import type { Node, NodeProps } from "@xyflow/react";
import {
  Boxes as BoxesIcon,
  Braces,
  List,
  type LucideIcon,
  Parentheses,
  SquareFunction,
  SquareTerminal,
  Waypoints,
  Workflow,
} from "lucide-react";
import { memo, useSyncExternalStore } from "react";
import { STATUS_TEXT, StatusIcon, statusLook } from "../../components/status.tsx";
import { Duration } from "../../components/time.tsx";
import { BOX_HEIGHT, BOX_WIDTH } from "../layout/request.ts";
import { type Box, isGroup } from "../model/boxes.ts";
import type { NodeStates } from "../model/node-states.ts";
import { colorOf, type StatusColor, tallyOf } from "../model/tally.ts";
import { ProgressRing } from "./progress-ring.tsx";

export type BoxNodeData = Node<
  { readonly box: Box; readonly states: NodeStates; readonly faint: boolean; readonly chosen: boolean },
  "box"
>;

const ICONS: Readonly<Record<string, LucideIcon>> = {
  function: SquareFunction,
  sublattice: Workflow,
  parameter: Parentheses,
  shell: SquareTerminal,
  electron_list: List,
  electron_dict: Braces,
  reconstruct: BoxesIcon,
};

const BORDERS: Readonly<Record<StatusColor, string>> = {
  completed: "border-completed/40",
  running: "border-running",
  failed: "border-failed",
  cancelled: "border-cancelled/60",
  pending: "border-line",
};

/** A node or group of the graph as an element of the page. */
export const BoxNode = memo(function BoxNode({ data }: NodeProps<BoxNodeData>) {
  const { box, states, faint, chosen } = data;
  useSyncExternalStore(states.subscribe, states.version);
  const color = colorOf(box, states);
  return (
    <div
      data-box={box.key}
      data-color={color}
      style={{ width: BOX_WIDTH, height: BOX_HEIGHT }}
      className={`flex items-center gap-2.5 rounded-lg border bg-raised px-2.5 shadow-panel transition-opacity ${BORDERS[color]} ${faint ? "opacity-25" : ""} ${chosen ? "ring-2 ring-accent" : ""}`}
    >
      {isGroup(box) ? <GroupFace box={box} states={states} /> : <NodeFace box={box} states={states} />}
    </div>
  );
});

function NodeFace({ box, states }: { box: Box; states: NodeStates }) {
  const state = states.at(box.members[0] ?? 0);
  const Icon = ICONS[box.language ?? box.type] ?? ICONS[box.type] ?? Waypoints;
  return (
    <>
      <Icon aria-hidden className="size-4 shrink-0 text-faint" />
      <Name box={box}>
        {state.startedAt === null ? box.executor : <Duration from={state.startedAt} to={state.endedAt} />}
      </Name>
      {box.language !== undefined && (
        <span className="rounded bg-hover px-1 text-[11px] text-soft">{box.language}</span>
      )}
      <StatusIcon look={statusLook(state.status)} />
      <span className="sr-only">{statusLook(state.status).label}</span>
    </>
  );
}

function GroupFace({ box, states }: { box: Box; states: NodeStates }) {
  const tally = tallyOf(box.members, states);
  const done = box.members.length - tally.pending - tally.running;
  return (
    <>
      <ProgressRing tally={tally} total={box.members.length} />
      <Name box={box}>
        {tally.failed > 0 && (
          <span className={STATUS_TEXT.failed}>{tally.failed.toLocaleString()} failed, </span>
        )}
        {done === box.members.length ? "all" : done.toLocaleString()} done
      </Name>
      <span className="rounded bg-hover px-1 text-[11px] tabular-nums text-soft">
        ×{box.members.length.toLocaleString()}
      </span>
    </>
  );
}

function Name({ box, children }: { box: Box; children: React.ReactNode }) {
  return (
    <span className="flex min-w-0 flex-1 flex-col">
      <span className="truncate text-[13px] leading-tight font-medium" title={box.label}>
        {box.label}
      </span>
      <span className="truncate text-[11px] leading-tight text-soft">{children}</span>
    </span>
  );
}
