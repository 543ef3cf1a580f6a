import type { RowLooks, RowSource } from "../model/row-source.ts";
import type { DatabaseTriggerDefinition, SqliteTriggerDefinition } from "../model/trigger.ts";
import type { TriggerObserver, TriggerSink } from "./trigger.ts";

/** The longest wait after looks that failed at a server of databases: it is not to be stormed. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Reports each time that a table has been found to have such rows: as long as there are any, at every look.
 *
 * @param source asked before each look; rejects with what is in the way
 */
export function observeRows(
  definition: SqliteTriggerDefinition | DatabaseTriggerDefinition,
  source: () => Promise<RowSource>,
  rows: RowLooks,
  sink: TriggerSink,
): TriggerObserver {
  const query = queryOf(definition);
  const pollMs = definition.poll_interval * 1_000;
  let closed = false;
  let failed = 0;
  let timer: NodeJS.Timeout;
  const arm = (delayMs: number): void => {
    if (!closed) timer = setTimeout(look, delayMs).unref();
  };
  const look = async (): Promise<void> => {
    let isServer = false;
    try {
      const asked = await source();
      isServer = asked.kind !== "sqlite";
      const found = await rows.hasRow(asked, query);
      if (closed) return;
      failed = 0;
      sink.problem(undefined);
      if (found) sink.happened(1);
    } catch (error) {
      if (closed) return;
      failed += 1;
      sink.problem(error instanceof Error ? error.message : String(error));
    }
    arm(isServer ? Math.max(pollMs, waitAfter(failed)) : pollMs);
  };
  // The first look is at once, as the original's is.
  arm(0);
  return {
    // A look that is under way reports nothing more: nobody waits for it.
    async close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function waitAfter(failed: number): number {
  return failed === 0 ? 0 : Math.min(500 * 2 ** Math.min(failed - 1, 20), LONGEST_WAIT_MS);
}

function queryOf({
  table_name: table,
  where_clauses: clauses,
}: SqliteTriggerDefinition | DatabaseTriggerDefinition) {
  return `SELECT * FROM ${table}${clauses.length === 0 ? "" : ` WHERE ${clauses.join(" AND ")}`}`;
}
