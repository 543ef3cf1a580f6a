// Runs a script of this project on any Node >= 18: installs what is missing, then hands over to the Node 24 that is a
// development dependency. Plain JavaScript without dependencies, because nothing is installed when it starts.
//
//   node scripts/bootstrap.mjs <test|demo|check|build|covalent|node> [arguments]
//
// The second time nothing is installed or downloaded, so it works offline.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 18;

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
/** Brought by the install script of the package `node`. */
const newerNode = join(root, "node_modules", "node", "bin");

/** What each script runs, on Node 24. */
const COMMANDS = {
  bench: ["node", "benchmarks/dispatch/run.ts"],
  "bench:migration": ["node", "benchmarks/migration/run.ts"],
  "bench:python": ["node", "benchmarks/python/run.ts"],
  build: ["node", "scripts/build.mjs"],
  check: ["node", "scripts/check.ts"],
  covalent: ["node", "scripts/covalent.mjs"],
  demo: ["node", "scripts/demo.ts"],
  node: ["node"],
  test: ["vitest", "run"],
  "test:interop": ["node", "test/interop/run.ts"],
};

/**
 * True when node_modules holds every package of package-lock.json in its version. npm writes its own record last, so an
 * interrupted install does not pass.
 */
function isInstalled() {
  const record = readLock(join(root, "node_modules", ".package-lock.json"));
  const wanted = readLock(join(root, "package-lock.json"));
  if (record === undefined || wanted === undefined || !existsSync(newerNode)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || !path.includes("node_modules/")) return true;
    // Packages for other platforms are in the lock file and not on the disk.
    if (entry.optional || entry.devOptional) return true;
    return record[path] !== undefined && record[path].version === entry.version;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function install() {
  console.error("Installing dependencies (only this once; usually under a minute) ...");
  const started = Date.now();
  const temporary = Number.parseInt(process.versions.node, 10) < 24 ? borrowNode() : undefined;
  try {
    npm(["ci"], root, temporary && join(temporary, "node_modules", ".bin"));
  } finally {
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  }
  if (!existsSync(newerNode)) {
    throw new Error(
      "npm did not install Node 24. If your npm configuration has ignore-scripts=true, try `npm ci --ignore-scripts=false`.",
    );
  }
  console.error(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

/**
 * Node 24 in a temporary directory. The whole must be installed by it: npm leaves out, without a word, optional packages that do
 * not run on the Node it is run by, and compiled parts of our tools are such packages.
 */
function borrowNode() {
  const directory = mkdtempSync(join(tmpdir(), "covalent-node-"));
  const { version } = readLock(join(root, "package-lock.json"))["node_modules/node"];
  const manifest = { private: true, dependencies: { node: version }, allowScripts: { node: true } };
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
  npm(["install"], directory);
  return directory;
}

function npm(parameters, cwd, binariesFirst) {
  const windows = process.platform === "win32";
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--progress=false"];
  const { status, error } = spawnSync(windows ? "npm.cmd" : "npm", [...parameters, ...quiet], {
    cwd,
    // npm reports to standard output; that is for what the script prints.
    stdio: ["ignore", 2, 2],
    shell: windows,
    env: { ...process.env, PATH: (binariesFirst ? binariesFirst + delimiter : "") + process.env.PATH },
  });
  if (status !== 0) {
    throw new Error(
      `npm ${parameters[0]} failed${error ? `: ${error.message}` : ` with exit code ${status}`}. Nothing was run.`,
    );
  }
}

/** Runs the command on the installed Node with the rest of our arguments, passes signals on and exits as it does. */
function handOver([command, ...parameters], rest) {
  const child = spawn(command, [...parameters, ...rest], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, PATH: binaries + delimiter + (process.env.PATH ?? "") },
  });
  // A Ctrl-C reaches the child from the terminal, a signal sent to this process alone does not.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (!(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`${command} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

const [name = "", ...rest] = process.argv.slice(2);
const command = COMMANDS[name];
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `This needs Node ${OLDEST_NODE} or newer to install the Node 24 it runs on; found ${process.versions.node}.`,
  );
  process.exitCode = 2;
} else if (command === undefined) {
  console.error(`Usage: node scripts/bootstrap.mjs ${Object.keys(COMMANDS).join("|")} [arguments]`);
  process.exitCode = 2;
} else {
  try {
    if (!isInstalled()) install();
    handOver(command, rest);
  } catch (error) {
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
