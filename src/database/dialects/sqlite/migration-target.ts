import type { DatabaseSync } from "node:sqlite";
import type { MigrationTarget } from "../../migration/apply.ts";
import { sqliteStatements } from "./ddl.ts";

/** A connection made by `openForMigration` as what the migration engine works on. */
export function migrationTarget(connection: DatabaseSync): MigrationTarget {
  return {
    run: async (sql, parameters = []) => Number(connection.prepare(sql).run(...parameters).changes),
    async transaction(work) {
      // IMMEDIATE takes the write lock now, so that nothing that is read inside can change before it is written.
      connection.exec("BEGIN IMMEDIATE");
      try {
        await work();
        connection.exec("COMMIT");
      } catch (error) {
        if (connection.isTransaction) connection.exec("ROLLBACK");
        throw error;
      }
    },
    statementsFor: sqliteStatements,
  };
}
