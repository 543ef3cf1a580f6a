// Builds the web UI (ui/) to dist/ui/, when it is not already the build of just these sources. As with the rest of dist/, a build
// takes its place when it is complete.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const place = join(root, "dist", "ui");

/** Builds when ui/, the words that it shares with the server or what it is built of changed since the last build. */
export function buildUiIfStale() {
  const digest = digestOfSources();
  const stamp = join(place, ".build");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return false;
  console.error("Building the web UI ...");
  const staging = join(root, `dist.${process.pid}.ui`);
  try {
    const vite = join(root, "node_modules", "vite", "bin", "vite.js");
    const parameters = [vite, "build", "--outDir", staging, "--emptyOutDir", "--logLevel", "warn"];
    const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
      cwd: join(root, "ui"),
      encoding: "utf8",
      // A development build would warn and check in what users run; Vitest says that it is a test.
      env: { ...process.env, NODE_ENV: "production" },
    });
    if (status !== 0) throw new Error(`The build of the web UI failed:\n${stdout}${stderr}`);
    writeFileSync(join(staging, ".build"), digest);
    replace(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return true;
}

function replace(staging) {
  const old = `${staging}.old`;
  try {
    if (existsSync(place)) renameSync(place, old);
    renameSync(staging, place);
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

function digestOfSources() {
  const hash = createHash("sha256");
  // npm's record of what is installed: another version of a library is another build.
  const record = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  hash.update(JSON.stringify(Object.entries(record).map(([path, { version }]) => [path, version])));
  for (const file of [...filesOf("ui"), ...filesOf("src/model")]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function filesOf(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .filter((file) => !file.includes("node_modules") && !/\.test\.tsx?$/.test(file))
    .sort();
}
