import { hash } from "node:crypto";
import type { Electron } from "../sdk/electron-type.ts";
import { serialize } from "../serialization/serialize.ts";
import type { Output } from "./keep-output.ts";

/** Asks an electron's author for what stands for the arguments in the cache: a text, or the digest of what is none. */
export async function cacheKeyOf(electron: Electron, args: readonly unknown[]): Promise<() => Output> {
  const { cache } = electron.options;
  const key = typeof cache === "object" ? cache.key : undefined;
  if (key === undefined)
    throw new Error(`the electron ${electron.name} has no function that makes a cache key`);
  const made: unknown = await Reflect.apply(key, undefined, args);
  return () => {
    const text = typeof made === "string" ? made : serialize(made).digest;
    const bytes = Buffer.from(text);
    return {
      codec: "text",
      bytes: [bytes],
      digest: hash("sha256", bytes),
      text: `cache key ${text.slice(0, 200)}`,
    };
  };
}
