import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { dispatch, getResult } from "covalent-ts";
import { afterEach, expect, test } from "vitest";
import { contradictions } from "./contradictions.ts";
import { readEffects } from "./effects.ts";
import { type KillableServer, killableServer } from "./killable-server.ts";
import { chaos, type Step } from "./workflows/steps.ts";

const CLOCK = fileURLToPath(new URL("./workflows/stepping-clock.ts", import.meta.url));
/** What is measured in minutes has waited for the clock to come back. */
const SOON_MS = 50_000;

let server: KillableServer;

afterEach(() => server.dispose());

test("a clock that is set back by an hour, again and again, neither hurries nor holds up anything", {
  timeout: 120_000,
}, async () => {
  server = await killableServer({ node: ["--import", CLOCK] });
  await server.start();
  const { url } = server;
  const journal = join(server.home, "journal");
  const began = performance.now();
  const [flaky, late] = await Promise.all([
    dispatch(chaos, { url })(journal, steps("flaky")),
    dispatch(chaos, { url, deadline: "3s" })(journal, steps("endless")),
  ]);
  const ends = Promise.all([flaky, late].map((id) => getResult(id, { url, wait: true })));
  let over = false;
  const ended = ends.finally(() => {
    over = true;
  });
  for (let lines = 0; !over; await delay(20)) {
    const now = readEffects(journal).length;
    if (now > lines) process.kill(server.pid ?? 0, "SIGUSR2");
    lines = now;
  }
  expect((await ended).map(({ status }) => status)).toEqual(["COMPLETED", "FAILED"]);
  expect(performance.now() - began).toBeGreaterThan(3_000);
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  expect(contradictions(server.databasePath, { clockIsSteady: false })).toEqual([]);
});

function steps(kind: Step["kind"]): Step[] {
  return Array.from({ length: 6 }, (_, index) => ({
    kind,
    name: `${kind}-${index}`,
    ms: 20,
    after: index < 2 ? [] : [index - 2],
  }));
}
