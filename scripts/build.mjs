// Compiles src/ to dist/ and the web UI to dist/ui/, when they are not already the build of just these sources. Compiling goes to a
// directory of its own that takes dist/'s place when it is complete: whoever runs from dist/ meanwhile never sees half a build, and a build that is
// killed leaves the last one in place.
//
//   node scripts/build.mjs [--force]
//
// Also Vitest's global setup of the tests that run the built package.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildUiIfStale } from "./build-ui.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const stamp = join(dist, ".build");
/** Programs in other languages, copied as they are. */
const PROGRAMS = ["executors/python/program", "leptons/program"];

/**
 * Compiles when src/, the compiler or its options changed since the last build, and builds the web UI when that changed. Throws
 * when there are type errors, unless they are somebody else's business (`check: false`): such a build is good enough for tests, not for a package.
 */
export function buildIfStale({ check }) {
  const digest = digestOfSources();
  const stamps = check ? [digest] : [digest, unchecked(digest)];
  const stale = !existsSync(stamp) || !stamps.includes(readFileSync(stamp, "utf8"));
  if (stale) build(check ? digest : unchecked(digest), check ? [] : ["--noCheck"]);
  return buildUiIfStale() || stale;
}

/** Types are checked by `npm run check`; tests say what the program does. */
export function setup() {
  buildIfStale({ check: false });
}

function unchecked(digest) {
  return `${digest} with unchecked types`;
}

function build(built, more) {
  console.error("Building ...");
  const staging = join(root, `dist.${process.pid}`);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const parameters = [
    tsc,
    "-p",
    "tsconfig.build.json",
    "--outDir",
    staging,
    "--noEmitOnError",
    "--pretty",
    "false",
    ...more,
  ];
  try {
    const { status, stdout } = spawnSync(process.execPath, parameters, { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}`);
    for (const program of PROGRAMS)
      cpSync(join(root, "src", program), join(staging, program), { recursive: true, filter: isSource });
    const ui = join(dist, "ui");
    if (existsSync(ui)) cpSync(ui, join(staging, "ui"), { recursive: true });
    writeFileSync(join(staging, ".build"), built);
    replaceDist(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** What Python writes beside its sources is nobody's business. */
function isSource(path) {
  return !path.endsWith("__pycache__");
}

function replaceDist(staging) {
  const old = join(root, `dist.${process.pid}.old`);
  // Another build may put its own dist/ between the two renames; then this one is put in its place.
  for (let attempt = 1; ; attempt++) {
    if (existsSync(dist)) renameSync(dist, old);
    try {
      renameSync(staging, dist);
      break;
    } catch (error) {
      if (attempt === 5) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

function digestOfSources() {
  const hash = createHash("sha256");
  const compiler = JSON.parse(
    readFileSync(join(root, "node_modules/typescript/package.json"), "utf8"),
  ).version;
  hash.update(compiler);
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test(-d|-support)?\.ts$|\.pyc$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of [
    join(root, "tsconfig.json"),
    join(root, "tsconfig.build.json"),
    join(root, "package.json"),
    ...sources,
  ]) {
    hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--force")) rmSync(stamp, { force: true });
  try {
    console.error(buildIfStale({ check: true }) ? "Built dist/." : "dist/ is up to date.");
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
