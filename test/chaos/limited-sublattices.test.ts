import { join } from "node:path";
import { dispatch, getResult } from "covalent-ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contradictions } from "./contradictions.ts";
import { type Effect, readEffects } from "./effects.ts";
import { type KillableServer, killableServer } from "./killable-server.ts";
import { chaos, type Step } from "./workflows/steps.ts";

const SUBLATTICES = 8;
const LIMIT = 2;

let server: KillableServer;

beforeEach(async () => {
  server = await killableServer({ env: { COVALENT_LIMITS_SUBLATTICES: String(LIMIT) } });
  await server.start();
});

afterEach(() => server.dispose());

test("no more sublattices run at once than `limits.sublattices` says, also when the server is killed among them", {
  timeout: 120_000,
}, async () => {
  const { url } = server;
  const journal = join(server.home, "journal");
  const steps = Array.from(
    { length: SUBLATTICES },
    (_, index): Step => ({ kind: "nested", name: `${index}`, ms: 300, after: [] }),
  );
  const id = await dispatch(chaos, { url })(journal, steps);
  await expect.poll(() => begun(readEffects(journal)), { timeout: 20_000 }).toBeGreaterThan(LIMIT);
  await server.kill();
  await server.start();
  expect((await getResult(id, { url, wait: true })).status).toBe("COMPLETED");
  const effects = readEffects(journal);
  expect(begun(effects)).toBe(SUBLATTICES);
  expect(mostAtOnce(effects)).toBe(LIMIT);
  expect(contradictions(server.databasePath)).toEqual([]);
});

/** How many sublattices have begun. */
function begun(effects: readonly Effect[]): number {
  return new Set(effects.map(({ dispatchId }) => dispatchId)).size;
}

/** Of how many sublattices something had begun, and something was still to end, at one time. */
function mostAtOnce(effects: readonly Effect[]): number {
  const spans = [...Map.groupBy(effects, ({ dispatchId }) => dispatchId).values()].map((ours) => ({
    from: ours[0]?.at ?? 0,
    to: ours.at(-1)?.at ?? 0,
  }));
  const running = spans.map(({ from: at }) => spans.filter(({ from, to }) => from <= at && at < to).length);
  return Math.max(...running);
}
