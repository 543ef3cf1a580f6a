import {
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Tables } from "../../tables.ts";
import type { DatabaseThread } from "./thread.ts";

/**
 * Kysely for queries that go through many rows, which would hold the event loop up: a thread runs them, one after the other, and sees
 * what was committed before. It only reads.
 */
export function kyselyOnThread(thread: DatabaseThread): Kysely<Tables> {
  const connection: DatabaseConnection = {
    async executeQuery<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      return { rows: (await thread.read(sql, parameters)) as Row[] };
    },
    streamQuery: () => refused(),
  };
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createDriver: () => ({
        init: async () => undefined,
        acquireConnection: async () => connection,
        beginTransaction: async () => refused(),
        commitTransaction: async () => refused(),
        rollbackTransaction: async () => refused(),
        releaseConnection: async () => undefined,
        // Whoever made the thread closes it.
        destroy: async () => undefined,
      }),
    },
  });
}

function refused(): never {
  throw new Error("a thread that reads has neither transactions nor cursors");
}
