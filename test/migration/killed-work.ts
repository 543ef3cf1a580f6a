import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import sqlite, { DatabaseSync, StatementSync } from "node:sqlite";
import { quiet, requestFor } from "./quiet.ts";

/**
 * Does one piece of work on a database and kills itself right before the given step of it; told none, it prints how many there are. A
 * step is a statement, a part of a copy, or a call that changes a file or a directory. Run by `killed-work.test.ts`:
 *
 *     node killed-work.ts <restore | reset | downgrade | repair> <path> [from | to, where it takes one] [step]
 */
const [work = "", path = "", parameter = "", last = "0"] = process.argv.slice(2);
let steps = 0;
let isCounting = false;

function step(): void {
  if (!isCounting) return;
  steps += 1;
  if (steps === Number(last)) process.kill(process.pid, "SIGKILL");
}

type Callable = (this: unknown, ...parameters: never[]) => unknown;

/** Counts a step before each call. */
function counting<Holder extends object>(holder: Holder, ...names: (keyof Holder)[]): void {
  for (const name of names) {
    const original = holder[name] as Callable;
    const counted: Callable = function (...parameters) {
      step();
      return original.apply(this, parameters);
    };
    Object.defineProperty(holder, name, { value: counted, configurable: true, writable: true });
  }
}

counting(fs, "linkSync", "renameSync", "rmSync", "copyFileSync", "writeFileSync", "mkdirSync", "openSync");
counting(fs, "closeSync", "fsyncSync", "chmodSync", "fchmodSync");
counting(DatabaseSync.prototype, "exec", "close");
counting(StatementSync.prototype, "run");
const { backup } = sqlite;
/** So few pages at a time that a small database is copied in several parts. */
const inParts: typeof backup = (source, target, { progress, ...options } = {}) =>
  backup(source, target, {
    ...options,
    rate: 8,
    progress: (amount) => {
      step();
      progress?.(amount);
    },
  });
Object.defineProperty(sqlite, "backup", { value: inParts });
syncBuiltinESMExports();

// The modules under test bind to what is counted.
const { runRestore } = await import("../../src/database/maintenance/restore-run.ts");
const { runReset } = await import("../../src/database/maintenance/reset-run.ts");
const { runMigration } = await import("../../src/database/maintenance/migration-run.ts");
const { applyRepair } = await import("../../src/database/diagnosis/repair.ts");
const { NOBODY } = await import("../../src/database/maintenance/observer.ts");

const WORKS: Readonly<Record<string, () => Promise<unknown>>> = {
  restore: () => runRestore({ path, from: parameter, backupsKept: 10 }, quiet()),
  reset: () => runReset({ path, backupsKept: 10 }, quiet()),
  downgrade: () => runMigration(requestFor(path, { direction: "downgrade", to: parameter }), quiet()),
  repair: () => applyRepair({ path, report: NOBODY, confirm: async () => true }),
};

isCounting = true;
await WORKS[work]?.();
isCounting = false;
process.stdout.write(`${steps}`);
