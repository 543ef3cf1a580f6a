import { DatabaseSync } from "node:sqlite";

/** A file of the original whose size and digest nobody has looked up yet. */
export interface UnmeasuredFile {
  readonly id: bigint;
  readonly directory: string;
  readonly name: string;
}

/** A file that was looked at. */
export interface MeasuredFile {
  readonly id: bigint;
  /** Bytes. */
  readonly size: number;
  /** SHA-1 as hex, which is what the original notes. */
  readonly digest: string;
}

const UNMEASURED = "storage_type IN ('file', 'local') AND size IS NULL AND content_digest IS NULL";

/** What a scan asks of a database, and tells it. Every call is a transaction of its own: nothing is locked while files are read. */
export interface UnmeasuredFiles {
  count(): number;
  /** The next ones, by id. */
  after(id: bigint, limit: number): readonly UnmeasuredFile[];
  record(files: readonly MeasuredFile[]): void;
  close(): void;
}

export function openUnmeasuredFiles(path: string): UnmeasuredFiles {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  const page = connection.prepare(
    `SELECT id, CAST(storage_path AS TEXT) AS directory, CAST(object_key AS TEXT) AS name FROM assets WHERE id > ? AND ${UNMEASURED} ORDER BY id LIMIT ?`,
  );
  page.setReadBigInts(true);
  const note = connection.prepare(
    // A digest that is there stays.
    `UPDATE assets SET size = ?, digest_alg = iif(digest IS NULL, 'sha1', digest_alg), digest = coalesce(digest, ?)
      WHERE id = ? AND ${UNMEASURED}`,
  );
  return {
    count: () => Number(connection.prepare(`SELECT count(*) AS n FROM assets WHERE ${UNMEASURED}`).get()?.n),
    after: (id, limit) => page.all(id, limit) as unknown as UnmeasuredFile[],
    record(files) {
      connection.exec("BEGIN IMMEDIATE");
      try {
        for (const { id, size, digest } of files) note.run(size, digest, id);
        connection.exec("COMMIT");
      } catch (error) {
        if (connection.isTransaction) connection.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => connection.close(),
  };
}
