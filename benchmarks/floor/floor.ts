/**
 * The floor: what a durable task costs at least on this machine, without an orchestrator. Two warm forked workers run no-op tasks
 * that come by IPC, and SQLite (WAL) gets two commits for each: one before it starts, one with its result.
 *
 * Nothing that is to survive a crash in the same way, with processes and a database, can be faster than this; ratios to it say
 * how much of a machine an orchestrator takes for itself, whatever the machine.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";

export interface Floor {
  /** Milliseconds for so many tasks side by side. */
  wide(count: number): Promise<number>;
  /** Milliseconds for so many tasks one behind the other. */
  chain(count: number): Promise<number>;
  close(): Promise<void>;
}

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
const WORKERS = 2;

/** A task that a worker has, and who waits for its end. */
interface Sent {
  readonly resolve: (value: number) => void;
}

export async function openFloor(synchronous: "NORMAL" | "FULL"): Promise<Floor> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-floor-"));
  const database = new DatabaseSync(join(directory, "floor.sqlite"));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, status TEXT NOT NULL, result BLOB)`);
  const begin = database.prepare("INSERT INTO tasks (status) VALUES ('RUNNING')");
  const end = database.prepare("UPDATE tasks SET status = 'COMPLETED', result = ? WHERE id = ?");
  const workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
  const sent = new Map<number, Sent>();
  for (const worker of workers) {
    worker.on("message", ({ id, value }: { id: number; value: number }) => {
      end.run(Buffer.from(String(value)), id);
      sent.get(id)?.resolve(value);
      sent.delete(id);
    });
  }
  const runOn = (worker: ChildProcess, value: number): Promise<number> => {
    const id = Number(begin.run().lastInsertRowid);
    return new Promise((resolve) => {
      sent.set(id, { resolve });
      worker.send({ id, value });
    });
  };
  return {
    wide: (count) => timed(() => runWide(workers, runOn, count), (count * (count - 1)) / 2),
    chain: (count) => timed(() => runChain(workers, runOn, count), count),
    async close() {
      for (const worker of workers) worker.disconnect();
      await Promise.all(workers.map((worker) => once(worker, "exit")));
      database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

type RunOn = (worker: ChildProcess, value: number) => Promise<number>;

/** Each worker has one task at a time, as a worker of a pool would. */
async function runWide(workers: readonly ChildProcess[], runOn: RunOn, count: number): Promise<number> {
  let next = 0;
  let sum = 0;
  const drain = async (worker: ChildProcess): Promise<void> => {
    while (next < count) {
      const value = await runOn(worker, next++);
      sum += value;
    }
  };
  await Promise.all(workers.map(drain));
  return sum;
}

async function runChain([worker]: readonly ChildProcess[], runOn: RunOn, count: number): Promise<number> {
  let value = 0;
  while (worker !== undefined && value < count) value = (await runOn(worker, value)) + 1;
  return value;
}

async function timed(run: () => Promise<number>, expected: number): Promise<number> {
  const began = performance.now();
  const value = await run();
  const took = performance.now() - began;
  if (value !== expected) throw new Error(`the floor gave ${value}, not ${expected}`);
  return took;
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(WORKER);
  await once(worker, "message");
  return worker;
}
