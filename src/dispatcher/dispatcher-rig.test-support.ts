import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { link, node, register } from "../../test/contract/journal-manifest.ts";
import { type Database, openDatabase } from "../database/open.ts";
import type { Executor } from "../executors/executor.ts";
import { createSubDispatches } from "../server/registration/sub-dispatches.ts";
import { openLocalStore } from "../storage/local-store.ts";
import { Dispatcher, type DispatcherParts } from "./dispatcher.ts";
import { RecordingExecutor } from "./recording-executor.test-support.ts";

/** A real database and store for a dispatcher; only the executor is the test's. */
export interface Rig {
  readonly database: Database;
  /** The database's file. */
  readonly path: string;
  /** The executor of the newest dispatcher. */
  readonly executor: RecordingExecutor;
  /** A dispatcher on this database; the one before it counts as killed. */
  dispatcher(parts?: Partial<DispatcherParts>): Promise<Dispatcher>;
  /** Resolves when just these were handed over, in any order. */
  submitted(...names: string[]): Promise<void>;
  statuses(id: string): Promise<string[]>;
  reasons(id: string): Promise<(string | null | undefined)[]>;
  dispatch(id: string): Promise<{ readonly status: string; readonly reason: string | null }>;
  close(): Promise<void>;
}

export async function newRig(): Promise<Rig> {
  const home = await mkdtemp(join(tmpdir(), "covalent-dispatcher-"));
  const path = join(home, "runs.sqlite");
  const database = await openDatabase({ path, durability: "process" });
  const open: Dispatcher[] = [];
  let executor = new RecordingExecutor();
  const nodes = (id: string) => database.dispatches.nodes(id, { after: -1, limit: 1_000 });
  return {
    database,
    path,
    get executor() {
      return executor;
    },
    async dispatcher(parts = {}) {
      if (open.length > 0) executor = new RecordingExecutor();
      const store = await openLocalStore(join(home, "assets"));
      const dispatcher = new Dispatcher({
        journal: database.journal,
        store,
        subDispatches: createSubDispatches({ dispatches: database.dispatches, store }),
        executors: new Map<string, Executor>([["local", executor]]),
        logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
        ...parts,
      });
      open.push(dispatcher);
      return dispatcher;
    },
    async submitted(...names) {
      await expect.poll(() => executor.names.toSorted()).toEqual(names.toSorted());
    },
    statuses: async (id) => (await nodes(id)).map(({ metadata }) => metadata.status),
    reasons: async (id) => (await nodes(id)).map(({ metadata }) => metadata.reason),
    async dispatch(id) {
      const summary = await database.dispatches.summary(id);
      if (summary === undefined) throw new Error(`there is no dispatch ${id}`);
      return { status: summary.status, reason: summary.reason };
    },
    async close() {
      for (const dispatcher of open) await dispatcher.close();
      await database.close();
      await rm(home, { recursive: true });
    },
  };
}

export function electron(id: number, name: string, more: Parameters<typeof node>[1] = {}) {
  return node(id, { name, electron: `m.ts#${name}`, bundle: "b".repeat(64), ...more });
}

/** Nodes that build on one another, by name. */
export function chain(database: Database, names: readonly string[]): Promise<string> {
  const nodes = names.map((name, id) => electron(id, name));
  return register(database, { nodes, links: names.slice(1).map((_, id) => link(id, id + 1)) });
}

function ignore(): void {}
