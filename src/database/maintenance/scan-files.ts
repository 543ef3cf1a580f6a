import { createHash } from "node:crypto";
import { CovalentError } from "../../model/errors.ts";
import { primaryCode } from "../dialects/sqlite/fault.ts";
import {
  type MeasuredFile,
  openUnmeasuredFiles,
  type UnmeasuredFile,
} from "../dialects/sqlite/unmeasured-files.ts";
import { checkFile } from "../open-check.ts";
import { openRecordedFile } from "../recorded-file.ts";
import { explainWork } from "./failure.ts";
import type { WorkOptions } from "./observer.ts";

/** What a scan found. */
export interface ScanOutcome {
  /** Files whose size and digest are known now. */
  readonly measured: number;
  /** Files that are not where the database says, or cannot be read. */
  readonly missing: number;
}

/** So many files are taken from the database at once, and written down in one transaction. */
const PAGE = 256;
/** So many are read at the same time. */
const CONCURRENCY = 8;
const LOWEST = -(2n ** 63n);

/**
 * Looks up the sizes and digests of the files that the original's dispatches refer to. The database is not locked meanwhile, so
 * that a server can go on using it; interrupted or killed, the next scan goes on where this one stopped.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_NEEDS_UPGRADE`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`
 */
export async function scanFiles(options: WorkOptions): Promise<ScanOutcome> {
  const { path } = options;
  try {
    await refuseOld(path);
    return await scan(options);
  } catch (error) {
    // What is no error of SQLite is none of the database.
    if (error instanceof CovalentError || primaryCode(error) === undefined) throw error;
    throw explainWork(error, path, "`covalent db doctor` says what is wrong with it.");
  }
}

async function scan({ path, report, signal }: WorkOptions): Promise<ScanOutcome> {
  const files = openUnmeasuredFiles(path);
  try {
    const total = files.count();
    const outcome = { measured: 0, missing: 0 };
    for (let last = LOWEST; signal?.aborted !== true; ) {
      const page = files.after(last, PAGE);
      if (page.length === 0) break;
      const measured = await measureAll(page);
      files.record(measured);
      last = page.at(-1)?.id ?? last;
      outcome.measured += measured.length;
      outcome.missing += page.length - measured.length;
      report.progress({ label: "files", done: outcome.measured + outcome.missing, total });
    }
    return outcome;
  } finally {
    files.close();
  }
}

async function refuseOld(path: string): Promise<void> {
  if ((await checkFile(path)) === "empty") throw new CovalentError("DATABASE_NOT_FOUND", { path });
}

/** Those of the files that can be read. */
async function measureAll(page: readonly UnmeasuredFile[]): Promise<MeasuredFile[]> {
  const waiting = [...page];
  const measured: MeasuredFile[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      const found = await measure(file);
      if (found !== undefined) measured.push(found);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return measured;
}

async function measure({ id, directory, name }: UnmeasuredFile): Promise<MeasuredFile | undefined> {
  const hash = createHash("sha1");
  let size = 0;
  try {
    await using file = await openRecordedFile(directory, name);
    // Moved, deleted or not ours to read: it is counted, and looked for again by the next scan.
    if (file === undefined) return undefined;
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      hash.update(chunk);
    }
    return { id, size, digest: hash.digest("hex") };
  } catch {
    // A disk or a file server that fails: the same.
    return undefined;
  }
}
