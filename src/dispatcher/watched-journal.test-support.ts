import type { Journal } from "../database/journal.ts";
import type {
  AttemptEnded,
  AttemptPlaced,
  Change,
  NodeStatusChange,
  StoredDispatch,
} from "../model/change.ts";
import { dispatchMayBecome, isTerminal, nodeMayBecome, type Status } from "../model/status.ts";

interface WatchedNode {
  status: Status;
  readonly parents: number[];
  readonly isTask: boolean;
  /** The number of the attempt that is under way. */
  open: number | undefined;
  readonly tokens: Set<string>;
}

interface WatchedDispatch {
  readonly row: number;
  status: Status;
  /** By row. */
  readonly nodes: ReadonlyMap<number, WatchedNode>;
}

/**
 * A journal that holds every commit against the status machine, and whose server can be killed: what it was asked for after that
 * never happens, and nobody is told.
 */
export class WatchedJournal {
  readonly #journal: Journal;
  readonly #dispatches = new Map<number, WatchedDispatch>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** What was committed that must not be. */
  readonly broken: string[] = [];
  /** Dispatches of which changes are refused until they are loaded, by row. */
  readonly #refusing = new Set<number>();
  #refusesNext = false;
  /** How many changes have been refused. */
  refused = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** For one server. */
  server(): { readonly journal: Journal; kill(): Promise<void> } {
    let alive = true;
    const unlessKilled = <T>(ask: () => Promise<T>): Promise<T> => {
      if (!alive) return never();
      const asked = ask();
      this.#underWay.add(asked);
      const over = () => this.#underWay.delete(asked);
      asked.then(over, over);
      return asked.then(
        (answer) => (alive ? answer : never<T>()),
        (error) => (alive ? Promise.reject(error) : never<T>()),
      );
    };
    const inner = this.#journal;
    const journal: Journal = {
      load: (id) => unlessKilled(async () => this.#loaded(await inner.load(id))),
      inFlight: () => unlessKilled(() => inner.inFlight()),
      claimStart: (id, at) => unlessKilled(() => inner.claimStart(id, at)),
      cancelUnstarted: (id, at, reason) => unlessKilled(() => inner.cancelUnstarted(id, at, reason)),
      commit: (changes) =>
        unlessKilled(() => {
          const refusing = this.#refusingRow(changes);
          if (refusing !== undefined) return inner.commit([...changes, impossible(refusing)]);
          this.#look(changes);
          return inner.commit(changes);
        }),
      abandon: (id, at, reason) =>
        unlessKilled(() => {
          this.broken.push(`dispatch ${id} was abandoned: ${reason}`);
          return inner.abandon(id, at, reason);
        }),
      settled: () => unlessKilled(() => inner.settled()),
      subDispatch: (id) => unlessKilled(() => inner.subDispatch(id)),
      linkedDispatch: (node) => unlessKilled(() => inner.linkedDispatch(node)),
      unbegun: (node) => unlessKilled(() => inner.unbegun(node)),
      cached: (key, at) => unlessKilled(() => inner.cached(key, at)),
      inlineContent: (digests) => unlessKilled(() => inner.inlineContent(digests)),
    };
    return {
      journal,
      kill: async () => {
        alive = false;
        await Promise.allSettled(this.#underWay);
      },
    };
  }

  /** The database will not take the next commit, for a reason of its own. */
  refuseNext(): void {
    this.#refusesNext = true;
  }

  /** The dispatch whose changes are refused, if it is one. */
  #refusingRow(changes: readonly Change[]): number | undefined {
    const row = changes.map((change) => this.#rowOf(change)).find((each) => each !== undefined);
    if (row === undefined || !(this.#refusesNext || this.#refusing.has(row))) return undefined;
    this.#refusesNext = false;
    this.#refusing.add(row);
    this.refused += 1;
    return row;
  }

  #rowOf(change: Change): number | undefined {
    if ("dispatch" in change) return change.dispatch;
    return [...this.#dispatches.values()].find(({ nodes }) => nodes.has(change.node))?.row;
  }

  #loaded(stored: StoredDispatch | undefined): StoredDispatch | undefined {
    if (stored === undefined) return undefined;
    this.#refusing.delete(stored.row);
    const nodes = new Map<number, WatchedNode>();
    const rows = new Map(stored.nodes.map(({ nodeId, row }) => [nodeId, row]));
    for (const { row, status, type, open, nodeId } of stored.nodes) {
      const sources = stored.edges.filter(({ target }) => target === nodeId).map(({ source }) => source);
      nodes.set(row, {
        status,
        parents: sources.map((source) => rows.get(source) ?? -1),
        isTask: type === "function",
        open: open?.number,
        tokens: this.#dispatches.get(stored.row)?.nodes.get(row)?.tokens ?? new Set(),
      });
    }
    this.#dispatches.set(stored.row, { row: stored.row, status: stored.status, nodes });
    return stored;
  }

  #look(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === "node-status") this.#node(change);
      else if (change.kind === "attempt-placed") this.#placed(change);
      else if (change.kind === "attempt-ended") this.#ended(change);
      else if (change.kind === "dispatch-status") {
        const dispatch = this.#dispatches.get(change.dispatch);
        if (dispatch === undefined) continue;
        this.#expect(
          dispatchMayBecome(dispatch.status, change.status),
          `${dispatch.status} -> ${change.status}`,
          change,
        );
        dispatch.status = change.status;
      }
    }
    for (const { status, nodes } of this.#dispatches.values()) {
      if (!isTerminal(status)) continue;
      for (const node of nodes.values())
        this.#expect(
          isTerminal(node.status),
          `the dispatch is ${status} with a node that is ${node.status}`,
          changes,
        );
    }
  }

  #node(change: NodeStatusChange): void {
    const dispatch = this.#dispatches.get(change.dispatch);
    const node = dispatch?.nodes.get(change.node);
    if (dispatch === undefined || node === undefined) {
      this.broken.push(`an unknown node: ${JSON.stringify(change)}`);
      return;
    }
    const { status } = change;
    this.#expect(nodeMayBecome(node.status, status), `${node.status} -> ${status}`, change);
    const parents = node.parents.map((row) => dispatch.nodes.get(row)?.status);
    if (status !== "CANCELLED")
      this.#expect(
        parents.every((each) => each === "COMPLETED"),
        `parents are ${parents.join(", ")}`,
        change,
      );
    if (isTerminal(status)) this.#expect(node.open === undefined, "an attempt is under way", change);
    node.status = status;
  }

  #placed(change: AttemptPlaced): void {
    const node = this.#dispatches.get(change.dispatch)?.nodes.get(change.node);
    if (node === undefined) {
      this.broken.push(`an unknown node: ${JSON.stringify(change)}`);
      return;
    }
    this.#expect(!isTerminal(node.status), `placed although it is ${node.status}`, change);
    this.#expect(
      node.open === undefined || node.open === change.number,
      `attempt ${node.open} is under way`,
      change,
    );
    node.open = change.number;
  }

  #ended(change: AttemptEnded): void {
    const nodes = [...this.#dispatches.values()].map((dispatch) => dispatch.nodes.get(change.node));
    const node = nodes.find((each) => each !== undefined);
    if (node === undefined) {
      this.broken.push(`an unknown node: ${JSON.stringify(change)}`);
      return;
    }
    this.#expect(
      node.open === undefined || node.open === change.number,
      `attempt ${node.open} is under way`,
      change,
    );
    this.#expect(!node.tokens.has(change.token), "its outcome was accepted twice", change);
    node.tokens.add(change.token);
    node.open = undefined;
  }

  #expect(holds: boolean, what: string, change: unknown): void {
    if (!holds) this.broken.push(`${what}: ${JSON.stringify(change)}`);
  }
}

/** A change that the database will not take. */
function impossible(dispatch: number): Change {
  const nobody = { node: -1, nodeId: -1, dispatchId: "none" };
  return { kind: "node-status", dispatch, ...nobody, status: "RUNNING", at: 1 };
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
