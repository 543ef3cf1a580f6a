import { register } from "../../test/contract/journal-manifest.ts";
import type { Executor, Outcome } from "../executors/executor.ts";
import type { FailureKind } from "../model/failure.ts";
import { isTerminal } from "../model/status.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Rig } from "./dispatcher-rig.test-support.ts";
import type { Action, RandomGraph } from "./random-graph.test-support.ts";
import { type Held, ScriptedExecutor } from "./scripted-executor.test-support.ts";
import { payload } from "./stored-graph.test-support.ts";
import { WatchedJournal } from "./watched-journal.test-support.ts";

/** How an attempt ended, and whether its end had been asked for by then. */
interface Told {
  readonly outcome: "completed" | "failed" | "lost" | "cancelled" | "returned";
  readonly stopped: boolean;
}

interface Registered {
  readonly id: string;
  readonly graph: RandomGraph;
  stopped: boolean;
  readonly stoppedNodes: Set<number>;
  /** By node. */
  readonly told: Map<number, Told[]>;
}

const OUTCOMES = { fail: "user-error", timeout: "timeout", lose: "lost" } as const;

/** Two dispatches on a dispatcher that is killed and replaced as the actions say. */
export class RandomRun {
  readonly #rig: Rig;
  readonly #watched: WatchedJournal;
  readonly #unacknowledged = new Map<string, Outcome>();
  readonly #dispatches: Registered[] = [];
  readonly #wrong: string[] = [];
  #executor = new ScriptedExecutor(this.#unacknowledged);
  #dispatcher: Dispatcher | undefined;
  #kill: () => Promise<void> = async () => undefined;

  private constructor(rig: Rig) {
    this.#rig = rig;
    this.#watched = new WatchedJournal(rig.database.journal);
  }

  static async start(rig: Rig, graphs: readonly RandomGraph[]): Promise<RandomRun> {
    const run = new RandomRun(rig);
    for (const graph of graphs) {
      const id = await register(rig.database, graph);
      run.#dispatches.push({ id, graph, stopped: false, stoppedNodes: new Set(), told: new Map() });
    }
    await run.#restart();
    for (const { id } of run.#dispatches) await run.#server.start(id);
    await settled();
    return run;
  }

  async act({ kind, at, ...action }: Action): Promise<void> {
    let { killed } = action;
    if (kind === "refuse") {
      this.#watched.refuseNext();
      return;
    }
    const done = kind === "restart" ? Promise.resolve() : this.#begin(kind, at);
    const answered = done.catch((error) => {
      if (!killed && this.#watched.refused === 0) throw error;
      killed = true;
    });
    if (killed || kind === "restart") await this.#restart();
    else await answered;
    // Whoever has had no answer asks again.
    if (killed && (kind === "cancel" || kind === "cancel-nodes")) await this.#begin(kind, at);
    await settled();
    this.#checkLimits();
  }

  /** Lets all that is under way complete, until both dispatches have ended. */
  async finish(): Promise<void> {
    // Of two that are refused, the second one finds what is stored.
    for (const { id } of this.#dispatches) await this.#server.resume(id).catch(() => this.#server.resume(id));
    const deadline = Date.now() + 5_000;
    while (!(await this.#areOver())) {
      if (Date.now() > deadline) throw new Error(`they do not end: ${await this.#states()}`);
      for (const [token, held] of [...this.#executor.held]) {
        await this.#executor.place(token);
        // One that is not wanted any more, or whose place was refused, is gone: it never ran.
        if (!this.#executor.held.has(token)) continue;
        await this.#end(token, held, held.cancelled ? "cancelled" : "completed");
      }
      await settled();
      this.#checkLimits();
    }
    await this.#kill();
    await this.#dispatcher?.close();
    for (const dispatch of this.#dispatches) await this.#judge(dispatch);
  }

  /** What is not as it must be. */
  wrong(): readonly string[] {
    return [...this.#watched.broken, ...this.#wrong];
  }

  async #begin(kind: Action["kind"], at: number): Promise<void> {
    const dispatch = this.#dispatches[at % this.#dispatches.length];
    if (dispatch === undefined) return;
    if (kind === "pause") return this.#server.pause(dispatch.id);
    if (kind === "resume") return this.#server.resume(dispatch.id);
    if (kind === "cancel") {
      dispatch.stopped = true;
      return this.#server.cancel(dispatch.id);
    }
    if (kind === "cancel-nodes") {
      const nodes = [...new Set([at, at >> 2])].map((number) => number % dispatch.graph.nodes.length);
      for (const node of nodes) dispatch.stoppedNodes.add(node);
      return this.#server.cancel(dispatch.id, nodes);
    }
    const all = [...this.#executor.held].filter(([, held]) => allows(kind, held));
    const [token, held] = all[at % Math.max(1, all.length)] ?? [];
    if (token === undefined || held === undefined) return;
    if (kind === "place") await this.#executor.place(token);
    else if (kind === "complete") await this.#end(token, held, "completed");
    else if (kind === "confirm") await this.#end(token, held, "cancelled");
    else if (kind === "return") await this.#end(token, held, "returned");
    else if (kind !== "restart" && kind !== "refuse")
      await this.#end(token, held, kind === "lose" ? "lost" : "failed", OUTCOMES[kind]);
  }

  #end(token: string, { spec }: Held, outcome: Told["outcome"], failure?: FailureKind): Promise<void> {
    const dispatch = this.#dispatches.find(({ id }) => id === spec.dispatchId);
    if (dispatch === undefined) throw new Error(`an attempt of ${spec.dispatchId}`);
    const told = dispatch.told.get(spec.nodeId) ?? [];
    dispatch.told.set(spec.nodeId, told);
    const stopped = dispatch.stopped || dispatch.stoppedNodes.has(spec.nodeId);
    told.push({ outcome, stopped });
    return this.#executor.end(token, outcomeOf(outcome, spec.name, failure));
  }

  async #restart(): Promise<void> {
    await this.#kill();
    await this.#dispatcher?.close();
    this.#executor = new ScriptedExecutor(this.#unacknowledged);
    const { journal, kill } = this.#watched.server();
    this.#kill = kill;
    const executors = new Map<string, Executor>([["local", this.#executor]]);
    this.#dispatcher = await this.#rig.dispatcher({ journal, executors, firstRestMs: 1 });
    await this.#dispatcher.recover();
    await settled();
  }

  get #server(): Dispatcher {
    if (this.#dispatcher === undefined) throw new Error("no server runs");
    return this.#dispatcher;
  }

  async #areOver(): Promise<boolean> {
    const all = await Promise.all(this.#dispatches.map(({ id }) => this.#rig.dispatch(id)));
    return all.every(({ status }) => isTerminal(status));
  }

  async #states(): Promise<string> {
    const all = this.#dispatches.map(async ({ id }) => (await this.#rig.statuses(id)).join(" "));
    return `${(await Promise.all(all)).join("; ")}; the executor has ${this.#executor.held.size}`;
  }

  /** No node runs more than once at a time. */
  #checkLimits(): void {
    const running = Map.groupBy(
      this.#executor.held.values(),
      ({ spec }) => `${spec.dispatchId} ${spec.nodeId}`,
    );
    for (const [node, held] of running)
      if (held.length > 1) this.#wrong.push(`${node} runs ${held.length} times at once`);
  }

  /** The model: what came of each node follows from what its attempts came to, what it builds on, and what was asked for. */
  async #judge(dispatch: Registered): Promise<void> {
    const { graph, id } = dispatch;
    const statuses = await this.#rig.statuses(id);
    const say = (what: string) => this.#wrong.push(`${what}; ${statuses.join(" ")}`);
    for (const { id: node, metadata } of graph.nodes) {
      const parents = graph.links
        .filter(({ target }) => target === node)
        .map(({ source }) => statuses[source]);
      const isFree = parents.every((parent) => parent === "COMPLETED");
      const isStopped = dispatch.stopped || dispatch.stoppedNodes.has(node);
      const own = metadata.type === "function" ? verdictOf(dispatch, node) : "COMPLETED";
      const status = statuses[node];
      if (!isFree && status !== "CANCELLED") say(`node ${node} builds on ${parents.join(", ")}`);
      if (
        isFree &&
        status !== own &&
        !(status === "CANCELLED" && isStopped && own !== "FAILED" && !hasCompleted(dispatch, node))
      )
        say(`node ${node} should be ${own}, and is ${status}`);
    }
    const { status } = await this.#rig.dispatch(id);
    const expected = (["FAILED", "CANCELLED", "COMPLETED"] as const).find((each) => statuses.includes(each));
    if (status !== expected) say(`the dispatch should be ${expected}, and is ${status}`);
  }
}

function hasCompleted({ told }: Registered, node: number): boolean {
  return (told.get(node) ?? []).some(({ outcome }) => outcome === "completed");
}

/** How a task ends by its attempts alone. */
function verdictOf({ graph, told }: Registered, node: number): string {
  const {
    retries = 0,
    lost_attempts: lostAttempts = 3,
    at_most_once: once = false,
  } = graph.nodes[node]?.metadata.options ?? {};
  let [failed, lost] = [0, 0];
  for (const { outcome, stopped } of told.get(node) ?? []) {
    if (outcome === "completed") return "COMPLETED";
    if (stopped || outcome === "cancelled") return "CANCELLED";
    if (outcome === "failed" && ++failed > retries) return "FAILED";
    if (outcome === "lost" && (++lost > lostAttempts || once)) return "FAILED";
  }
  return "CANCELLED";
}

function allows(kind: Action["kind"], { placed, cancelled }: Held): boolean {
  if (kind === "place" || kind === "return") return !placed;
  return kind === "confirm" ? cancelled : placed;
}

function outcomeOf(outcome: Told["outcome"], name: string, kind: FailureKind = "user-error"): Outcome {
  const run = { startedAt: Date.now(), endedAt: Date.now() };
  if (outcome === "completed") return { ...run, status: "completed", output: payload(name) };
  if (outcome === "cancelled") return { ...run, status: "cancelled" };
  if (outcome === "returned") return { status: "returned" };
  return { ...run, status: "failed", failure: { kind, name: "Error", message: "boom" } };
}

/** Whatever follows at once has followed. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((next) => setImmediate(next));
}
