import { CovalentError } from "../model/errors.ts";
import type { DatabaseTriggerDefinition, SqliteTriggerDefinition } from "../model/trigger.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** Asks a SQLite file whether a query has a row. Rejects with what is in the way. */
export type HasRow = (path: string, query: string) => Promise<boolean>;

/** Reports each time that a table has been found to have such rows: as long as there are any, at every look. */
export function observeRows(
  definition: SqliteTriggerDefinition | DatabaseTriggerDefinition,
  hasRow: HasRow,
  sink: TriggerSink,
): TriggerObserver {
  const path = sqlitePath(definition);
  const query = queryOf(definition);
  let closed = false;
  let timer: NodeJS.Timeout;
  let looking: Promise<void> = Promise.resolve();
  const arm = (): void => {
    timer = setTimeout(look, definition.poll_interval * 1_000).unref();
  };
  const look = (): void => {
    looking = hasRow(path, query)
      .then((found) => {
        if (closed) return;
        sink.problem(undefined);
        if (found) sink.happened(1);
      })
      .catch((error) => {
        if (!closed) sink.problem(error instanceof Error ? error.message : String(error));
      })
      .finally(() => {
        if (!closed) arm();
      });
  };
  // The first look is at once, as the original's is.
  timer = setTimeout(look, 0).unref();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

function queryOf({
  table_name: table,
  where_clauses: clauses,
}: SqliteTriggerDefinition | DatabaseTriggerDefinition) {
  return `SELECT * FROM ${table}${clauses.length === 0 ? "" : ` WHERE ${clauses.join(" AND ")}`}`;
}

/**
 * The SQLite file of a trigger: its path, or that of a URL such as `sqlite:////data/runs.db` (four slashes for an absolute path).
 *
 * @throws {CovalentError} `TRIGGER_UNOBSERVABLE` for other databases and for relative paths
 */
export function sqlitePath({
  name,
  db_path: place,
}: SqliteTriggerDefinition | DatabaseTriggerDefinition): string {
  if (name === "SQLiteTrigger") return place;
  const [, scheme = "", path = ""] = /^([\w+]+):\/\/(?:\/(.*))?$/.exec(place) ?? [];
  const what = `the database ${withoutPassword(place)}`;
  if (!/^sqlite(\+\w+)?$/.test(scheme)) {
    const reason = "this version observes SQLite files alone";
    throw new CovalentError("TRIGGER_UNOBSERVABLE", { what, reason });
  }
  if (path === "" || path === ":memory:")
    throw new CovalentError("TRIGGER_UNOBSERVABLE", { what, reason: "it names no file" });
  return path;
}

function withoutPassword(url: string): string {
  return url.replace(/:\/\/[^@/]*@/, "://***@");
}
