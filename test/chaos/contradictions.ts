import { DatabaseSync } from "node:sqlite";
import { dispatchMayBecome, nodeMayBecome, type Status } from "../../src/model/status.ts";

/** Each finds rows that must not be, at any commit. */
const NEVER = {
  "a dispatch has ended and a node of it has not": `
    SELECT l.dispatch_id, e.transport_graph_node_id, e.status FROM electrons e JOIN lattices l ON l.id = e.parent_lattice_id
    WHERE l.status IN ('COMPLETED', 'FAILED', 'CANCELLED') AND e.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')`,
  "a node has ended and an attempt of it has not": `
    SELECT a.*, e.status AS node FROM attempts a JOIN electrons e ON e.id = a.electron_id
    WHERE a.status IS NULL AND e.status IN ('COMPLETED', 'FAILED', 'CANCELLED')`,
  "a node has two attempts under way": `
    SELECT electron_id, count(*) FROM attempts WHERE status IS NULL GROUP BY electron_id HAVING count(*) > 1`,
  "two attempts of a node have the same number or token": `
    SELECT electron_id, number FROM attempts GROUP BY electron_id, number HAVING count(*) > 1
    UNION ALL SELECT token, count(*) FROM attempts GROUP BY token HAVING count(*) > 1`,
  "a node has completed and has no output": `
    SELECT l.dispatch_id, e.transport_graph_node_id, e.type FROM electrons e JOIN lattices l ON l.id = e.parent_lattice_id
    WHERE e.status = 'COMPLETED' AND NOT EXISTS (
      SELECT 1 FROM electron_assets link JOIN assets a ON a.id = link.asset_id
      WHERE link.meta_id = e.id AND link.key IN ('output', 'value') AND a.storage_type <> 'pending')`,
  "a node began although one that it builds on has not completed": `
    SELECT d.electron_id, d.parent_electron_id FROM electron_dependency d
    JOIN electrons child ON child.id = d.electron_id JOIN electrons parent ON parent.id = d.parent_electron_id
    WHERE child.status IN ('RUNNING', 'DISPATCHING', 'COMPLETED', 'FAILED') AND parent.status <> 'COMPLETED'`,
  "a node that will not be tried again waits for that": `
    SELECT id, status FROM electrons
    WHERE retry_at IS NOT NULL AND status IN ('NEW_OBJECT', 'COMPLETED', 'FAILED', 'CANCELLED')`,
  "a completed task has not exactly one completed attempt, or a cached result": `
    SELECT l.dispatch_id, e.transport_graph_node_id FROM electrons e JOIN lattices l ON l.id = e.parent_lattice_id
    WHERE e.type = 'function' AND e.status = 'COMPLETED' AND
      (SELECT count(*) FROM attempts a WHERE a.electron_id = e.id AND a.status = 'COMPLETED')
      <> (coalesce(json_extract(e.cache, '$.hit'), '') = '')`,
  "a dispatch counts its completed nodes wrongly": `
    SELECT l.dispatch_id, l.completed_electron_num FROM lattices l WHERE l.completed_electron_num <>
      (SELECT count(*) FROM electrons e WHERE e.parent_lattice_id = l.id AND e.status = 'COMPLETED')`,
  "a dispatch counts its nodes wrongly": `
    SELECT l.dispatch_id, l.electron_num FROM lattices l WHERE l.registering IS NULL AND l.electron_num <>
      (SELECT count(*) FROM electrons e WHERE e.parent_lattice_id = l.id)`,
  "a completed dispatch has a node that has not completed": `
    SELECT l.dispatch_id, e.transport_graph_node_id FROM lattices l JOIN electrons e ON e.parent_lattice_id = l.id
    WHERE l.status = 'COMPLETED' AND e.status <> 'COMPLETED'`,
  "what has ended has no time of its end, or what has not has one": `
    SELECT id, status, completed_at FROM electrons
    WHERE (status IN ('COMPLETED', 'FAILED', 'CANCELLED')) <> (completed_at IS NOT NULL)`,
  "a sublattice has completed and its dispatch has not": `
    SELECT e.id, sub.status FROM electrons e JOIN lattices sub ON sub.electron_id = e.id
    WHERE e.type = 'sublattice' AND e.status = 'COMPLETED' AND NOT EXISTS (
      SELECT 1 FROM lattices s WHERE s.electron_id = e.id AND s.status = 'COMPLETED')`,
  "the root of a sublattice's dispatch is not its parent's": `
    SELECT sub.dispatch_id FROM lattices sub JOIN electrons e ON e.id = sub.electron_id
    JOIN lattices l ON l.id = e.parent_lattice_id WHERE sub.root_dispatch_id <> l.root_dispatch_id`,
} as const;

/** The same, as long as nobody sets the clock. */
const IN_TIME = {
  "an attempt was placed before the one before it had ended": `
    SELECT a.electron_id, a.number, a.ended_at, b.placed_at FROM attempts a JOIN attempts b
    ON a.electron_id = b.electron_id AND a.number < b.number
    WHERE a.ended_at IS NULL OR a.ended_at > b.placed_at`,
  "a node ended before it began": "SELECT * FROM electrons WHERE completed_at < started_at",
} as const;

interface EventOf {
  readonly sequence: number;
  readonly dispatch_id: string;
  readonly node_id: number | null;
  readonly status: Status;
}

/**
 * What rows say that the status machine does not allow, in words; nothing when all is well. It may be asked while a server writes:
 * what it sees is one commit.
 */
export function contradictions(path: string, { clockIsSteady = true } = {}): string[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
  try {
    database.exec("BEGIN");
    const rows = Object.entries({ ...NEVER, ...(clockIsSteady ? IN_TIME : {}) }).flatMap(([what, sql]) => {
      const found = database.prepare(sql).all();
      return found.length === 0 ? [] : [`${what}: ${JSON.stringify(found.slice(0, 3))}`];
    });
    return [...rows, ...ofEvents(database)];
  } finally {
    database.close();
  }
}

/** The events of each dispatch and node, from the first on, are a way through the status machine that ends where its row is. */
function ofEvents(database: DatabaseSync): string[] {
  const events = database.prepare("SELECT * FROM events ORDER BY sequence").all() as unknown as EventOf[];
  const reached = new Map<string, Status>();
  const started = new Set(
    events.filter(({ status }) => status === "STARTING").map((event) => event.dispatch_id),
  );
  const wrong: string[] = [];
  for (const { sequence, dispatch_id: dispatch, node_id: node, status } of events) {
    const key = `${dispatch} ${node}`;
    // Its registration is not an event, nor is its start.
    const before = reached.get(key) ?? (node === null ? firstOf(status) : "NEW_OBJECT");
    const allowed =
      before === "any" || (node === null ? dispatchMayBecome(before, status) : nodeMayBecome(before, status));
    if (!allowed) wrong.push(`event ${sequence}: ${key} went from ${before} to ${status}`);
    reached.set(key, status);
  }
  const rows = database
    .prepare(
      `SELECT dispatch_id, NULL AS node_id, status FROM lattices
       UNION ALL SELECT l.dispatch_id, e.transport_graph_node_id, e.status
       FROM electrons e JOIN lattices l ON l.id = e.parent_lattice_id`,
    )
    .all() as unknown as Omit<EventOf, "sequence">[];
  for (const { dispatch_id: dispatch, node_id: node, status } of rows) {
    // The end of what was never started is told as one.
    const whole = reached.get(`${dispatch} null`);
    const told =
      reached.get(`${dispatch} ${node}`) ?? (started.has(dispatch) ? "NEW_OBJECT" : whole) ?? "NEW_OBJECT";
    if (told !== status) wrong.push(`${dispatch} ${node} is ${status}, and its last event says ${told}`);
  }
  return wrong;
}

function firstOf(status: Status): Status | "any" {
  return status === "STARTING" || status === "CANCELLED" ? "NEW_OBJECT" : "any";
}
