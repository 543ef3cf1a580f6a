/**
 * Finding the assets that nothing has any more. It goes over all of them page by page while others write, and must never take for
 * unneeded what somebody has just begun to need:
 *
 * - whatever was asked for before is in the database before anything is read of it (a barrier in the writer's queue);
 * - bytes that somebody was told are there, since then, stay ({@link AssetGuard}); bytes that are about to go are not told of.
 */
import { setImmediate as turn } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../tables.ts";
import type { Statement } from "../writer/unit.ts";
import type { Writer } from "../writer/writer.ts";
import { contentOf } from "./content.ts";

/** Rows read at once: a few milliseconds on the event loop. */
const PAGE = 1_000;
const ROWS_PER_COMMIT = 500;

/** Knows which digests clients were told of while a collection is under way. */
export class AssetGuard {
  #told: Set<string> | undefined;
  readonly #going = new Set<string>();

  /** What of these may be told to be there. */
  tell(found: Iterable<string>): Set<string> {
    const told = new Set(found);
    for (const digest of told) {
      if (this.#going.has(digest)) told.delete(digest);
      else this.#told?.add(digest);
    }
    return told;
  }

  /** From here on it is noted what is told. */
  begin(): void {
    this.#told = new Set();
  }

  /** True when nobody was told of it; then nobody will be, until {@link end}. */
  takeAway(digest: string): boolean {
    if (this.#told?.has(digest)) return false;
    this.#going.add(digest);
    return true;
  }

  end(): void {
    this.#told = undefined;
    this.#going.clear();
  }
}

export interface CollectionOptions {
  readonly db: Kysely<Tables>;
  readonly writer: Writer;
  readonly guard: AssetGuard;
}

type Read = (digest: string) => Promise<Uint8Array | undefined>;

/** See {@link TrashRepository.collect}. */
export async function collectAssets(
  options: CollectionOptions,
  stored: Iterable<string>,
  read: Read,
): Promise<{ readonly unneeded: ReadonlySet<string>; readonly assets: number }> {
  const { db, writer, guard } = options;
  guard.begin();
  try {
    await writer.write({ statements: [], events: [] });
    const marking = new Marking(db, stored);
    const rows = await marking.markRows();
    await marking.markBundles();
    await marking.followTemplates(read);
    const removable = rows.filter(
      (row) => marking.isSuperfluous(row) || (marking.isUnneeded(row.digest) && guard.takeAway(row.digest)),
    );
    for (let at = 0; at < removable.length; at += ROWS_PER_COMMIT) {
      const ids = removable.slice(at, at + ROWS_PER_COMMIT).map(({ id }) => id);
      await writer.write({ statements: [removal(ids)], events: [] });
      await turn();
    }
    return { unneeded: marking.unneeded(), assets: removable.length };
  } finally {
    guard.end();
  }
}

const OWNERS = ["electron_assets", "lattice_assets", "cache_entries"] as const;

/** Unless somebody has it by now. */
function removal(ids: readonly number[]): Statement {
  const nobodys = OWNERS.map((table) => `NOT EXISTS (SELECT 1 FROM ${table} WHERE asset_id = assets.id)`);
  return {
    sql: `DELETE FROM assets WHERE id IN (SELECT value FROM json_each(?)) AND ${nobodys.join(" AND ")}`,
    parameters: [JSON.stringify(ids)],
  };
}

/** The row of an asset that nothing has. */
interface StrayRow {
  readonly id: number;
  /** Empty where there is none. */
  readonly digest: string;
  /** It has the bytes itself. */
  readonly holds: number;
}

/** Which digests are needed. Only those that may not be are kept in mind. */
class Marking {
  readonly #db: Kysely<Tables>;
  /** Stored ones and those of stray rows that nothing has been found to need. */
  readonly #unneeded: Set<string>;
  readonly #stored: ReadonlySet<string>;
  /** Digests of strays whose bytes are in another row as well, that stays. */
  readonly #elsewhere = new Set<string>();
  /** Templates that are needed and still to be read. */
  readonly #templates = new Set<string>();
  readonly #read = new Set<string>();

  constructor(db: Kysely<Tables>, stored: Iterable<string>) {
    this.#db = db;
    this.#stored = new Set(stored);
    this.#unneeded = new Set(this.#stored);
  }

  isUnneeded(digest: string): boolean {
    return this.#unneeded.has(digest);
  }

  /** No bytes go with it. */
  isSuperfluous({ digest, holds }: StrayRow): boolean {
    return holds === 0 || this.#elsewhere.has(digest);
  }

  /** Of those that were asked about. */
  unneeded(): ReadonlySet<string> {
    return this.#unneeded.intersection(this.#stored);
  }

  /** Two passes: what may be unneeded, then what is not. */
  async markRows(): Promise<StrayRow[]> {
    const strays: StrayRow[] = [];
    const held = new Set<string>();
    for await (const rows of this.#pages(false))
      for (const { id, digest, holds } of rows) {
        strays.push({ id, digest, holds });
        if (digest !== "") this.#unneeded.add(digest);
        if (holds === 1) held.add(digest);
      }
    for await (const rows of this.#pages(true))
      for (const { digest, codec, content, holds } of rows) {
        if (holds === 1 && held.has(digest)) this.#elsewhere.add(digest);
        this.#unneeded.delete(digest);
        if (codec === "template") this.#noteTemplate(digest, content);
      }
    return strays;
  }

  async markBundles(): Promise<void> {
    for (const table of ["lattices", "electrons", "bundles"] as const) {
      const column = table === "bundles" ? "digest" : "bundle";
      const { rows } = await sql<{ digest: string }>`SELECT DISTINCT ${sql.ref(column)} AS digest
        FROM ${sql.table(table)} WHERE ${sql.ref(column)} IS NOT NULL`.execute(this.#db);
      for (const { digest } of rows) this.#unneeded.delete(digest);
      await turn();
    }
  }

  /** Lists of lists refer to one another: each is read once. */
  async followTemplates(read: Read): Promise<void> {
    for (const digest of this.#templates) {
      this.#templates.delete(digest);
      if (this.#read.has(digest)) continue;
      this.#read.add(digest);
      const bytes = (await contentOf(this.#db, [digest])).get(digest) ?? (await read(digest));
      if (bytes !== undefined) this.#noteReferences(bytes);
    }
  }

  #noteTemplate(digest: string, content: Uint8Array | null): void {
    if (this.#read.has(digest)) return;
    if (content === null) {
      this.#templates.add(digest);
      return;
    }
    this.#read.add(digest);
    this.#noteReferences(content);
  }

  #noteReferences(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    for (const [, kind, digest = ""] of text.matchAll(/"(ref|template)":"([0-9a-f]{64})"/g)) {
      this.#unneeded.delete(digest);
      if (kind === "template") this.#templates.add(digest);
    }
  }

  async *#pages(owned: boolean) {
    for (let after = -1; ; ) {
      const { rows } = await sql<Page>`SELECT id, coalesce(content_digest, '') AS digest, codec,
          content IS NOT NULL AS holds, CASE codec WHEN 'template' THEN content END AS content,
          ${sql.join(OWNERS.map(hasAsset), sql` OR `)} AS owned
        FROM assets WHERE id > ${after} ORDER BY id LIMIT ${PAGE}`.execute(this.#db);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id;
      yield rows.filter((row) => (row.owned === 1) === owned);
      await turn();
    }
  }
}

interface Page extends StrayRow {
  readonly codec: string | null;
  readonly content: Uint8Array | null;
  readonly owned: number;
}

function hasAsset(table: (typeof OWNERS)[number]) {
  return sql`EXISTS (SELECT 1 FROM ${sql.table(table)} AS owner WHERE owner.asset_id = assets.id)`;
}
