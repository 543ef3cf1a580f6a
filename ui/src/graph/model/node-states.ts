import type { StatusEvent } from "../../../../src/model/event.ts";
import { isTerminal } from "../../../../src/model/status.ts";
import type { GraphColumns } from "../../api/dispatches.ts";
import type { Graph } from "./graph.ts";

/** How a node does. Times are milliseconds since the epoch. */
export interface NodeState {
  readonly status: string;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly reason: string | undefined;
}

/** How the nodes of a graph do, kept current by events. Those who show it are told of each change. */
export class NodeStates {
  readonly #graph: Graph;
  readonly #states: NodeState[];
  readonly #listeners = new Set<() => void>();
  #version = 0;
  /** The number of the last event that is in it. */
  #sequence: number;

  constructor(graph: Graph, { words, nodes, sequence }: GraphColumns) {
    this.#graph = graph;
    this.#sequence = sequence;
    this.#states = nodes.id.map((_, at) => ({
      status: words[nodes.status[at] ?? -1] ?? "NEW_OBJECT",
      startedAt: nodes.started_at[at] ?? null,
      endedAt: nodes.ended_at[at] ?? null,
      reason: words[nodes.reason[at] ?? -1],
    }));
  }

  at(index: number): NodeState {
    const state = this.#states[index];
    if (state === undefined) throw new RangeError(`there is no node at ${index}`);
    return state;
  }

  /** Events that are known already change nothing. */
  apply(events: readonly StatusEvent[]): void {
    let changed = false;
    for (const event of events) {
      if (event.sequence <= this.#sequence) continue;
      this.#sequence = event.sequence;
      const index = event.nodeId === undefined ? undefined : this.#graph.indexOf.get(event.nodeId);
      const before = index === undefined ? undefined : this.#states[index];
      if (index === undefined || before === undefined) continue;
      this.#states[index] = next(before, event);
      changed = true;
    }
    if (!changed) return;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Another number with every change: for `useSyncExternalStore`. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

function next(before: NodeState, { status, at, reason }: StatusEvent): NodeState {
  return {
    status,
    startedAt: before.startedAt ?? (status === "RUNNING" ? at : null),
    endedAt: isTerminal(status) ? at : null,
    reason,
  };
}
