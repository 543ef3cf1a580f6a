import { stat } from "node:fs/promises";

/** Files as they were when they were read, to see whether they still are. */
export class Fingerprint {
  readonly #files: ReadonlyMap<string, string>;

  private constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
  }

  /** Files changed at `readSince` (milliseconds since the epoch) or later may have been read before the change: they count as changed. */
  static async of(files: readonly string[], readSince: number): Promise<Fingerprint> {
    const states = files.map(async (file) => [file, await stateOf(file, readSince)] as const);
    return new Fingerprint(new Map(await Promise.all(states)));
  }

  async isCurrent(): Promise<boolean> {
    const changes = [...this.#files].map(async ([file, state]) => state === (await stateOf(file, Infinity)));
    return (await Promise.all(changes)).every(Boolean);
  }
}

async function stateOf(file: string, readSince: number): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return "absent";
  return found.mtimeMs >= readSince
    ? "changing"
    : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}
