import { expect, test } from "vitest";
import { nodeOptionsSchema } from "../model/manifest.ts";
import { nodeOptions, runMetadata } from "./node-options.ts";

test("an electron without options says nothing", () => {
  expect(nodeOptions({ name: "a", executor: "local", tags: [] })).toBeUndefined();
});

test("options are said in the manifest's words, durations in milliseconds and classes by their names", () => {
  class HttpError extends Error {}
  const said = nodeOptions({
    retries: { count: 5, delay: "2s", factor: 3, maxDelay: "1m", jitter: 0, retryOn: ["timeout", HttpError] },
    lostAttempts: 0,
    atMostOnce: true,
    priority: -1,
    concurrency: 2,
    tags: ["gpu"],
    timeout: "5m",
  });
  expect(said).toEqual({
    retries: 5,
    retry: { delay_ms: 2_000, factor: 3, max_delay_ms: 60_000, jitter: 0, on: ["timeout", "HttpError"] },
    lost_attempts: 0,
    at_most_once: true,
    priority: -1,
    concurrency: 2,
    tags: ["gpu"],
    timeout_ms: 300_000,
  });
  expect(nodeOptionsSchema.parse(said)).toEqual(said);
});

test("a function that decides stays with the electron", () => {
  expect(nodeOptions({ retries: { count: 1, retryOn: () => true } })).toEqual({ retries: 1 });
});

test("the cache is asked for, with or without more; its author's key stays with the electron", () => {
  expect(nodeOptions({ cache: true })).toEqual({ cache: {} });
  expect(nodeOptions({ cache: false })).toBeUndefined();
  const said = nodeOptions({ cache: { key: (path: string) => path, ttl: "1h", version: "2" } });
  expect(said).toEqual({ cache: { key: true, ttl_ms: 3_600_000, version: "2" } });
  expect(nodeOptionsSchema.parse(said)).toEqual(said);
});

test("a dispatch's priority and deadline are said where they are given", () => {
  expect(runMetadata({ priority: 2, deadline: "1m" })).toEqual({ priority: 2, deadline_ms: 60_000 });
  expect(runMetadata({})).toEqual({});
});
