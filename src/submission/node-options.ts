import { parseDuration } from "../model/duration.ts";
import type { LatticeMetadata, NodeOptions } from "../model/manifest.ts";
import type { Electron } from "../sdk/electron-type.ts";
import type { ElectronOptions, LatticeOptions } from "../sdk/options.ts";
import type { RetryOptions } from "../sdk/retry-options.ts";

/** What a dispatch may be given in place of what its lattice says. */
export type RunOptions = Pick<LatticeOptions, "priority" | "deadline">;

/** A lattice's options as its manifest says them. */
export function runMetadata({
  priority,
  deadline,
}: RunOptions): Pick<LatticeMetadata, "priority" | "deadline_ms"> {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(deadline === undefined ? {} : { deadline_ms: parseDuration(deadline) }),
  };
}

/** An electron's options as its nodes say them; `undefined` when there are none. */
export function nodeOptions(
  options: ElectronOptions,
  language: Electron["language"] = "typescript",
): NodeOptions | undefined {
  const { timeout, workdir, env, lostAttempts, atMostOnce, priority, concurrency, tags } = options;
  const said: NodeOptions = {
    ...retryFields(options.retries),
    ...(timeout === undefined ? {} : { timeout_ms: parseDuration(timeout) }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(lostAttempts === undefined ? {} : { lost_attempts: lostAttempts }),
    ...(atMostOnce === undefined ? {} : { at_most_once: atMostOnce }),
    ...cacheFields(options.cache),
    ...(priority === undefined ? {} : { priority }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags: [...tags] }),
    ...(language === "typescript" ? {} : { language }),
  };
  return Object.keys(said).length === 0 ? undefined : said;
}

/** A function that makes a key stays with the electron: the worker asks it. */
function cacheFields(cache: ElectronOptions["cache"]): Pick<NodeOptions, "cache"> {
  if (cache === undefined || cache === false) return {};
  const { key, ttl, version } = cache === true ? {} : cache;
  return {
    cache: {
      ...(key === undefined ? {} : { key: true }),
      ...(ttl === undefined ? {} : { ttl_ms: parseDuration(ttl) }),
      ...(version === undefined ? {} : { version }),
    },
  };
}

function retryFields(retries: ElectronOptions["retries"]): Pick<NodeOptions, "retries" | "retry"> {
  if (retries === undefined) return {};
  if (typeof retries === "number") return { retries };
  const retry = retryOptions(retries);
  return { retries: retries.count, ...(Object.keys(retry).length === 0 ? {} : { retry }) };
}

/** A function that decides stays with the electron: the worker asks it. */
function retryOptions({
  delay,
  factor,
  maxDelay,
  jitter,
  retryOn,
}: RetryOptions): NonNullable<NodeOptions["retry"]> {
  return {
    ...(delay === undefined ? {} : { delay_ms: parseDuration(delay) }),
    ...(factor === undefined ? {} : { factor }),
    ...(maxDelay === undefined ? {} : { max_delay_ms: parseDuration(maxDelay) }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(typeof retryOn !== "object"
      ? {}
      : { on: retryOn.map((cause) => (typeof cause === "string" ? cause : cause.name)) }),
  };
}
