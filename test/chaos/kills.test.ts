import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contradictions } from "./contradictions.ts";
import { type Driven, drive } from "./driven-dispatch.ts";
import { type Effect, readEffects } from "./effects.ts";
import { type KillableServer, killableServer, killQuietly } from "./killable-server.ts";
import { drawPlan, type End, endOf, endsOf, type Plan, resultOf } from "./plans.ts";
import { type Chance, seeded } from "./seeded.ts";
import { type Watcher, watch } from "./watcher.ts";

/**
 * Kills servers and workers, again and again, at random moments, while dispatches of many shapes run, several at a time. Whatever is
 * killed when, each reaches an end that the model (plans.ts) allows, and neither the rows nor the events contradict that.
 *
 *     COVALENT_TEST_KILLS=2000 COVALENT_TEST_SEED=42 npm test -- test/chaos/kills
 */
const KILLS = Number(process.env.COVALENT_TEST_KILLS ?? 200) || 2_000;
const SEED = Number(process.env.COVALENT_TEST_SEED ?? Date.now() % 1_000_000);
const AT_ONCE = 4;
/** Kills come no faster than something has happened since the last one, unless nothing happens for so long. */
const QUIET_MS = 2_000;

let server: KillableServer;
let watcher: Watcher;

beforeEach(async () => {
  server = await killableServer();
  watcher = watch(server.url);
  mkdirSync(join(server.home, "effects"));
});

afterEach(async () => {
  await watcher.stop();
  await server.dispose();
});

test(`${KILLS} kills of servers and workers (seed ${SEED})`, {
  timeout: 120_000 + KILLS * 6_000,
}, async () => {
  console.log(`COVALENT_TEST_SEED=${SEED}`);
  const chance = seeded(SEED);
  const journal = join(server.home, "effects", "journal");
  await server.start();
  const killing = new AbortController();
  const driving = keepDriving(journal, killing.signal);
  try {
    await killAtRandom(journal, chance, driving);
  } finally {
    killing.abort();
  }
  const driven = await driving;
  console.log(`${driven.length} dispatches`);
  await expect.poll(() => watcher.seen.at(-1)?.sequence, { timeout: 20_000 }).toBe(lastSequence());
  expect(contradictions(server.databasePath)).toEqual([]);
  const effects = readEffects(journal);
  for (const each of driven) expect(wrongEnd(each), each.plan.name).toEqual([]);
  expect(wrongEffects(effects)).toEqual([]);
  expect(dispatchesOfClients()).toBe(driven.length);
  expectEachEventOnce();
  await expectNoOrphans();
});

/** Several dispatches at a time, until nothing is killed any more. */
async function keepDriving(journal: string, over: AbortSignal): Promise<Driven[]> {
  const driven: Driven[] = [];
  let index = 0;
  const drivers = Array.from({ length: AT_ONCE }, async () => {
    while (!over.aborted) {
      // Each has its own chance: what it draws does not depend on who is faster.
      const chance = seeded(SEED * 10_000 + ++index);
      const plan = drawPlan(chance, index);
      driven.push(await drive(plan, server.url, journal, chance));
    }
  });
  await Promise.all(drivers);
  return driven;
}

async function killAtRandom(journal: string, chance: Chance, driving: Promise<unknown>): Promise<void> {
  const failed = driving.then(() => undefined);
  for (let kills = 0; kills < KILLS; ) {
    await Promise.race([failed, untilSomethingHappened(journal, chance)]);
    const target = chance.next();
    if (target < 0.65) kills += killSome(chance, 1);
    else if (target < 0.75) kills += killSome(chance, 2);
    else {
      const together = target > 0.9 ? server.workers() : [];
      await server.kill();
      kills += 1 + together.filter(killQuietly).length;
      kills += await startAgain(chance);
    }
  }
}

/** Starts the server, and maybe kills it while it starts; how often. */
async function startAgain(chance: Chance): Promise<number> {
  await delay(chance.between(0, 300));
  let kills = 0;
  for (;;) {
    const starting = server.start();
    if (chance.next() < 0.8) {
      await starting;
      expect(contradictions(server.databasePath)).toEqual([]);
      return kills;
    }
    await delay(chance.between(0, 700));
    await server.kill();
    await starting;
    kills++;
  }
}

function killSome(chance: Chance, count: number): number {
  let killed = 0;
  for (let each = 0; each < count; each++) {
    const workers = server.workers();
    if (workers.length > 0 && killQuietly(chance.pick(workers))) killed++;
  }
  return killed;
}

async function untilSomethingHappened(journal: string, chance: Chance): Promise<void> {
  const wanted = readEffects(journal).length + chance.between(1, 6);
  for (
    const deadline = Date.now() + QUIET_MS;
    Date.now() < deadline && readEffects(journal).length < wanted;
  )
    await delay(5);
  await delay(chance.between(0, 60));
}

/** What the client and the rows say against the model. */
function wrongEnd({ plan, dispatchId, status, result }: Driven): string[] {
  const ends = nodesOf(dispatchId, plan);
  const wrong = endsOf(plan).flatMap((possible, index) => {
    const end = ends[index] as End;
    const step = plan.steps[index];
    return possible.has(end)
      ? []
      : [`${step?.kind} ${step?.name} is ${end}, and not ${[...possible].join(" or ")}`];
  });
  const expected = endOf(plan, ends as End[]);
  if (status !== expected) wrong.push(`the dispatch is ${status}, and not ${expected}`);
  if (status === "COMPLETED" && JSON.stringify(result) !== JSON.stringify(resultOf(plan)))
    wrong.push(`it returned ${JSON.stringify(result)}`);
  return wrong;
}

/** How the node of each step has ended. */
function nodesOf(dispatchId: string, { steps }: Plan): string[] {
  const statuses = query<{ status: string }>(
    `SELECT e.status FROM electrons e JOIN lattices l ON l.id = e.parent_lattice_id
     WHERE l.dispatch_id = ? AND e.type IN ('function', 'sublattice') AND e.name <> 'count' ORDER BY e.transport_graph_node_id`,
    dispatchId,
  ).map(({ status }) => status);
  expect(statuses).toHaveLength(steps.length);
  return statuses;
}

interface TaskRow {
  readonly key: string;
  readonly name: string;
  readonly status: string;
  readonly attempts: number;
  readonly cached: number;
  readonly completedAt: number | null;
}

/** What the tasks have written down against what the database says of them. */
function wrongEffects(effects: readonly Effect[]): string[] {
  const byNode = Map.groupBy(effects, ({ dispatchId, nodeId }) => `${dispatchId} ${nodeId}`);
  const wrong: string[] = [];
  for (const task of tasks()) {
    const own = byNode.get(task.key) ?? [];
    const starts = own.filter(({ phase }) => phase === "start");
    const say = (what: string) => wrong.push(`${task.name} (${task.key}) ${what}`);
    if (task.status === "COMPLETED" && !task.cached && !own.some(({ phase }) => phase === "end"))
      say("has completed and never ran to its end");
    if (task.cached && starts.length > 0) say("ran although its result was cached");
    const late = starts.find(({ at }) => task.completedAt !== null && at > task.completedAt);
    if (late !== undefined) say(`started (attempt ${late.attempt}) after it had completed`);
    if (new Set(starts.map(({ attempt }) => attempt)).size < starts.length) say("ran twice in one attempt");
    if (starts.some(({ attempt }) => attempt > task.attempts)) say("ran in an attempt that nobody knows of");
    if (task.name === "once" && starts.length > 1) say("ran more than once");
  }
  return wrong;
}

function tasks(): TaskRow[] {
  return query<TaskRow>(
    `SELECT l.dispatch_id || ' ' || e.transport_graph_node_id AS key, e.name, e.status,
       (SELECT coalesce(max(number), 0) FROM attempts a WHERE a.electron_id = e.id) AS attempts,
       e.cache IS NOT NULL AND json_extract(e.cache, '$.hit') IS NOT NULL AS cached,
       (SELECT at FROM events v WHERE v.dispatch_id = l.dispatch_id AND v.node_id = e.transport_graph_node_id
          AND v.status = 'COMPLETED') AS completedAt
     FROM electrons e JOIN lattices l ON l.id = e.parent_lattice_id WHERE e.type = 'function' AND e.name <> 'count'`,
  );
}

/** The client was told just what is in the database, in its order. */
function expectEachEventOnce(): void {
  const stored = query<{ sequence: number }>("SELECT sequence FROM events ORDER BY sequence");
  expect(watcher.resets).toBe(0);
  expect(watcher.seen.map(({ sequence }) => sequence)).toEqual(stored.map(({ sequence }) => sequence));
  const completions = watcher.seen
    .filter(({ status }) => status === "COMPLETED")
    .map(({ dispatchId, nodeId }) => `${dispatchId} ${nodeId}`);
  expect(new Set(completions).size).toBe(completions.length);
}

/** Nothing runs but the server and its own workers; when it has stopped, nothing. */
async function expectNoOrphans(): Promise<void> {
  const strangers = () =>
    server.processes().filter((pid) => pid !== server.pid && !server.workers().includes(pid));
  await expect.poll(strangers, { timeout: 20_000 }).toEqual([]);
  await expect.poll(() => server.workers().length, { timeout: 20_000 }).toBeLessThanOrEqual(4);
  await server.stop();
  await expect.poll(() => server.processes(), { timeout: 20_000 }).toEqual([]);
}

function dispatchesOfClients(): number {
  return (
    query<{ count: number }>(
      "SELECT count(*) AS count FROM lattices WHERE electron_id IS NULL AND registering IS NULL",
    )[0]?.count ?? 0
  );
}

function lastSequence(): number {
  return query<{ last: number }>("SELECT max(sequence) AS last FROM events")[0]?.last ?? 0;
}

function query<Row>(sql: string, ...values: string[]): Row[] {
  const database = new DatabaseSync(server.databasePath, { readOnly: true, timeout: 10_000 });
  try {
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}
