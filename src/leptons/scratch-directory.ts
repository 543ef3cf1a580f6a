import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCRATCH_VARIABLE } from "../model/scratch.ts";

/**
 * Runs something with a directory of its own, which only this user can read and which is removed afterwards. In a worker it lies in what is
 * removed behind the worker when that is killed; elsewhere it is then left to the system's cleaning of temporary files.
 */
export async function withScratchDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(await parentDirectory(), "covalent-lepton-"));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function parentDirectory(): Promise<string> {
  const own = process.env[SCRATCH_VARIABLE];
  if (own === undefined || own === "") return tmpdir();
  await mkdir(own, { recursive: true, mode: 0o700 });
  return own;
}
