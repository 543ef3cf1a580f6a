import { CovalentError } from "../model/errors.ts";
import {
  digestOf,
  type PathStep,
  parseTemplate,
  type Reference,
  referencesOf,
  type Template,
} from "../model/template.ts";
import { describe } from "./describe.ts";
import { deserialize } from "./deserialize.ts";

/** Where the bytes of payloads come from. */
export type LoadBytes = (digest: string) => Uint8Array | Promise<Uint8Array>;

/** As {@link LoadBytes}, for many at once: the answer is in the order of the digests. */
export type LoadMany = (digests: readonly string[]) => Promise<readonly Uint8Array[]>;

/**
 * The value that a template stands for. Each payload is loaded once, and used in several places it is the same object in all of
 * them: so a list that occurs twice in another is, as it was where it was written.
 *
 * A path means what `handle.field` and `handle[0]` mean in TypeScript: own properties, items, and the data that a built-in
 * class gives its instances (`length`, `size`, `byteLength`, an error's `name`). Methods and what is missing are errors.
 *
 * @throws {CovalentError} `PATH_NOT_FOUND` with the structural node that asked, the path up to what is missing, and the reason
 * @example
 * const template = { ref: digest, size: 80, path: [{ key: "slope", node: 3, name: ":fit().slope" }] };
 * await resolveTemplate(template, (each) => readFile(pathOf(each)));
 */
export async function resolveTemplate(template: Template, load: LoadBytes): Promise<unknown> {
  return resolveByLevels(template, (digests) => Promise.all(digests.map(load)));
}

/** As {@link resolveTemplate}; all payloads of a level are asked for in one call. */
export async function resolveByLevels(template: Template, loadMany: LoadMany): Promise<unknown> {
  if ("ref" in template) return resolveReference(template, await loadMany([template.ref]));
  const payloads = new Map<string, Payload>();
  await loadAll(template, loadMany, payloads);
  return build(template, payloads);
}

type ValueReference = Extract<Reference, { readonly ref: string }>;

/** What most templates are: one value, or a part of it. */
function resolveReference({ ref, path }: ValueReference, [bytes]: readonly Uint8Array[]): unknown {
  if (bytes === undefined) throw notLoaded(ref);
  return follow(deserialize(bytes), path ?? []);
}

function notLoaded(digest: string): Error {
  return new Error(`the payload ${digest} was not loaded`);
}

/** A payload that was loaded: a value, or a template until something asks for what it stands for. */
type Payload =
  | { readonly value: unknown }
  | { readonly template: Template; built?: { readonly value: unknown } };

/** Loads level by level: what the templates of one level refer to is the next one. */
async function loadAll(root: Template, loadMany: LoadMany, payloads: Map<string, Payload>): Promise<void> {
  let level: readonly Reference[] = referencesOf(root);
  while (level.length > 0) {
    const missing = new Map(level.map((reference) => [digestOf(reference), reference]));
    for (const digest of missing.keys()) if (payloads.has(digest)) missing.delete(digest);
    const loaded = missing.size === 0 ? [] : await loadMany([...missing.keys()]);
    const below: Reference[] = [];
    for (const [index, [digest, reference]] of [...missing].entries()) {
      const bytes = loaded[index];
      if (bytes === undefined) throw notLoaded(digest);
      const payload = read(reference, bytes);
      payloads.set(digest, payload);
      if ("template" in payload) for (const each of referencesOf(payload.template)) below.push(each);
    }
    level = below;
  }
}

function read(reference: Reference, bytes: Uint8Array): Payload {
  return "ref" in reference ? { value: deserialize(bytes) } : { template: parseTemplate(bytes) };
}

function build(template: Template, payloads: ReadonlyMap<string, Payload>): unknown {
  if ("list" in template) return template.list.map((item) => build(item, payloads));
  if ("dict" in template) return buildDict(template.dict, payloads);
  const payload = payloads.get(digestOf(template));
  if (payload === undefined) throw notLoaded(digestOf(template));
  if ("ref" in template) return follow("value" in payload ? payload.value : undefined, template.path ?? []);
  if ("value" in payload) return payload.value;
  payload.built ??= { value: build(payload.template, payloads) };
  return payload.built.value;
}

function buildDict(
  items: readonly (readonly [string, Reference])[],
  payloads: ReadonlyMap<string, Payload>,
): object {
  const dict = {};
  for (const [key, item] of items) {
    // Defined, not assigned: the key may be `__proto__`.
    const value = build(item, payloads);
    Object.defineProperty(dict, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return dict;
}

function follow(root: unknown, path: readonly PathStep[]): unknown {
  let value = root;
  for (const [index, step] of path.entries()) {
    const reason = whyNot(value, step.key);
    if (reason !== undefined) {
      const taken = pathText(path.slice(0, index + 1));
      throw new CovalentError("PATH_NOT_FOUND", { node: step.node, name: step.name, path: taken, reason });
    }
    value = Reflect.get(Object(value), step.key, value);
  }
  return value;
}

const MAX_DESCRIPTION = 120;

/** Why a step cannot be taken, `undefined` when it can. */
function whyNot(value: unknown, key: string | number): string | undefined {
  if (value === null || value === undefined) return `there is ${String(value)} instead of an object`;
  const target: object = Object(value);
  if (Object.hasOwn(target, key)) return undefined;
  const inherited = key in target && !(key in Object.prototype);
  if (!inherited) return `there is ${describe(value, MAX_DESCRIPTION)}, which has no ${JSON.stringify(key)}`;
  const isMethod = typeof Reflect.get(target, key, value) === "function";
  return isMethod ? `${JSON.stringify(key)} is a method: call it inside a task` : undefined;
}

function pathText(path: readonly PathStep[]): string {
  const isField = (key: string | number) => typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key);
  return path.map(({ key }) => (isField(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join("");
}
