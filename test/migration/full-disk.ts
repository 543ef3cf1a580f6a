import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { quiet, requestFor } from "./quiet.ts";

/**
 * Migrates a database on a disk that fills up. Run by `disk-full.test.ts`, where the disk is a small one in memory:
 *
 *     node full-disk.ts <path> estimate            as a user would
 *     node full-disk.ts <path> blind               without looking how much room there is
 *     node full-disk.ts <path> fill <n> <bytes>    and before statement n all but so many bytes are taken
 *     node full-disk.ts <path> limit <n> <bytes>   and from statement n on no file may be larger than that
 */
const [path = "", mode, at = "0", left = "0"] = process.argv.slice(2);
let statements = 0;
const around = quiet({
  ...(mode === "estimate" ? {} : { availableBytes: () => Number.MAX_SAFE_INTEGER }),
  statement() {
    statements += 1;
    if (mode === "fill" && statements === Number(at)) takeAllBut(Number(left));
    if (mode === "limit" && statements === Number(at)) limitFiles(Number(left));
  },
});

try {
  await runMigration(requestFor(path), around);
  process.stdout.write("migrated");
} catch (error) {
  const code = error instanceof Error && "code" in error ? error.code : "";
  process.stdout.write(`${code} ${error instanceof Error ? error.message : ""}`);
}

function takeAllBut(bytes: number): void {
  const free = quiet().availableBytes(join(path, ".."));
  writeFileSync(join(path, "..", "filler"), Buffer.alloc(Math.max(0, free - bytes)));
}

/** Nobody but another process can set a limit of this one. */
function limitFiles(bytes: number): void {
  const { status } = spawnSync("prlimit", [`--pid=${process.pid}`, `--fsize=${bytes}`]);
  if (status !== 0) throw new Error("prlimit set no limit");
}
