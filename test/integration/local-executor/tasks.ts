import { execSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker as Thread } from "node:worker_threads";
import { context, electron } from "../../../src/index.ts";

/** What the tests of executors run. */

export const add = electron({ name: "add" }, (a: number, b: number) => a + b);

export const concat = electron({ name: "concat" }, (parts: readonly string[]) => parts.join("+"));

export const boom = electron({ name: "boom" }, (message: string) => {
  throw new TypeError(message, { cause: new Error("the deeper reason") });
});

export const throwNothing = electron({ name: "throwNothing" }, () => {
  throw undefined;
});

export const returnFunction = electron(
  { name: "returnFunction" },
  () => ({ inner: { run: () => 1 } }) as unknown,
);

export const speak = electron({ name: "speak" }, (word: string) => {
  console.log(`out ${word}`);
  console.error(`err ${word}`);
  execSync(`echo child ${word}`, { stdio: ["ignore", "inherit", "inherit"] });
  return word;
});

export const speakLoud = electron({ name: "speakLoud" }, (bytes: number) => {
  process.stdout.write("x".repeat(bytes));
});

export const big = electron({ name: "big" }, (bytes: number) => "y".repeat(bytes));

export const spin = electron({ name: "spin" }, () => {
  for (;;) Math.random();
});

/** Says that it runs by making a file, and never ends nor hears anything. */
export const spinVisibly = electron({ name: "spinVisibly" }, (started: string) => {
  writeFileSync(started, String(process.pid));
  for (;;) Math.random();
});

/** Blocks the process until the file exists, hearing nothing meanwhile. */
export const blockUntil = electron({ name: "blockUntil" }, (path: string) => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(path)) Atomics.wait(cell, 0, 0, 5);
  return process.pid;
});

/** Says that it runs by making one file, and goes on until there is another. */
export const waitFor = electron({ name: "waitFor" }, async (started: string, finish: string) => {
  writeFileSync(started, String(process.pid), { flag: "a" });
  while (!existsSync(finish)) await sleep(5);
  console.log("finished");
  return "finished";
});

/** Says that it runs by making a file, and goes on until its signal tells it to end; then takes so long to clean up. */
export const heedSignal = electron(
  { name: "heedSignal" },
  async (started: string, cleanUpMs: number, thenReturn: boolean) => {
    const { signal, logger, dispatchId, nodeId, attempt } = context();
    writeFileSync(started, String(process.pid));
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await sleep(cleanUpMs);
    logger.info("cleaned up", { dispatchId, nodeId, attempt });
    if (!thenReturn) signal.throwIfAborted();
    return "finished all the same";
  },
);

export const exitWith = electron({ name: "exitWith" }, (code: number) => {
  process.exit(code);
});

export const abort = electron({ name: "abort" }, () => {
  process.abort();
});

export const signalSelf = electron({ name: "signalSelf" }, async (signal: NodeJS.Signals) => {
  process.kill(process.pid, signal);
  await sleep(60_000);
});

export const exhaustMemory = electron({ name: "exhaustMemory" }, () => {
  const hoard: unknown[] = [];
  for (;;) hoard.push(new Array(100_000).fill(hoard.length).map(String));
});

export const rejectLater = electron({ name: "rejectLater" }, async () => {
  void Promise.reject(new Error("nobody handled this"));
  await sleep(60_000);
});

export const rejectAfterEnd = electron({ name: "rejectAfterEnd" }, () => {
  void Promise.resolve().then(() => {
    throw new Error("too late");
  });
  return process.pid;
});

export const closeStdout = electron({ name: "closeStdout" }, () => {
  closeSync(1);
});

/** Writes into whatever sockets this process has open, its own worker's too. */
export const garble = electron({ name: "garble" }, async () => {
  for (const name of readdirSync("/proc/self/fd"))
    if (Number(name) > 2 && isSocket(`/proc/self/fd/${name}`)) writeSync(Number(name), "x".repeat(64));
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});

export const replaceJson = electron({ name: "replaceJson" }, () => {
  JSON.stringify = () => "replaced";
  JSON.parse = () => {
    throw new Error("replaced");
  };
  return process.pid;
});

export const pid = electron({ name: "pid" }, () => process.pid);

export const surroundings = electron({ name: "surroundings" }, () => ({
  directory: process.cwd(),
  dispatch: process.env.COVALENT_DISPATCH_ID,
  node: process.env.COVALENT_NODE_ID,
  extra: process.env.EXTRA,
  path: process.env.PATH,
}));

/** Leaves something behind and says in which process. */
export const leave = electron({ name: "leave" }, (what: string) => {
  if (what === "timer") setInterval(() => console.log("late timer"), 5);
  if (what === "unreferenced timer") setInterval(() => console.log("late timer"), 5).unref();
  if (what === "unreferenced thread")
    new Thread('setInterval(() => require("fs").writeSync(1, "late thread"), 5)', { eval: true }).unref();
  if (what === "directory") process.chdir("/");
  if (what === "environment") process.env.LEFT_BEHIND = "1";
  if (what === "listener") process.on("SIGUSR2", () => undefined);
  if (what === "child")
    spawn("sh", ["-c", "sleep 0.2; echo late child"], { stdio: ["ignore", "inherit", "inherit"] }).unref();
  if (what === "grandchild")
    execSync("(sleep 0.2; echo late grandchild) &", { stdio: ["ignore", "inherit", "inherit"] });
  return process.pid;
});

/** Uses what Node and its libraries unref for themselves, ends what it has unref'd, and says in which process. */
export const tidyUp = electron({ name: "tidyUp" }, async () => {
  const timer = setInterval(() => undefined, 5).unref();
  setTimeout(() => undefined, 1).unref();
  await sleep(10);
  clearInterval(timer);
  const thread = new Thread("setInterval(() => 0, 5)", { eval: true });
  thread.unref();
  await thread.terminate();
  return process.pid;
});

/** Leaves an idle connection to the server, as Node's own client keeps it. */
export const fetchText = electron({ name: "fetchText" }, async (url: string) => {
  await (await fetch(url)).text();
  return process.pid;
});

export const removeDirectory = electron({ name: "removeDirectory" }, () => {
  rmdirSync(process.cwd());
  return process.pid;
});

/** Starts a process that ignores SIGTERM, writes down its pid, and never ends. */
export const stubborn = electron({ name: "stubborn" }, async (pidFile: string) => {
  const child = spawn("sh", ["-c", `trap '' TERM; echo $$ > ${pidFile}; while :; do sleep 1; done`]);
  await new Promise((resolve) => child.once("exit", resolve));
});

/** Starts a process in a group of its own, and never ends. */
export const detached = electron({ name: "detached" }, async (pidFile: string) => {
  const child = spawn("sleep", ["3600"], { detached: true, stdio: "ignore" });
  writeFileSync(pidFile, String(child.pid));
  await new Promise((resolve) => child.once("exit", resolve));
});

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("socket:");
  } catch {
    // That of the directory which was read.
    return false;
  }
}
