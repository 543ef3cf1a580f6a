import { CovalentError } from "../model/errors.ts";
import { type PathStep, referencesOf, type Template } from "../model/template.ts";
import { describe } from "./describe.ts";

/**
 * The value that a template stands for. Each payload is loaded once, all at the same time, and used in several places it is
 * the same object in all of them.
 *
 * A path means what `handle.field` and `handle[0]` mean in TypeScript: own properties, items, and the data that a built-in
 * class gives its instances (`length`, `size`, `byteLength`, an error's `name`). Methods and what is missing are errors.
 *
 * @throws {CovalentError} `PATH_NOT_FOUND` with the structural node that asked, the path up to what is missing, and the reason
 * @example
 * const template = { ref: digest, size: 80, path: [{ key: "slope", node: 3, name: ":attribute:slope" }] };
 * await resolveTemplate(template, async (each) => deserialize(await read(each)));
 */
export async function resolveTemplate(
  template: Template,
  load: (digest: string) => unknown | Promise<unknown>,
): Promise<unknown> {
  const values = new Map<string, unknown>();
  const loads = Array.from(referencesOf(template), async (digest) => values.set(digest, await load(digest)));
  await Promise.all(loads);
  return build(template, values);
}

function build(template: Template, values: ReadonlyMap<string, unknown>): unknown {
  if ("ref" in template) return follow(values.get(template.ref), template.path ?? []);
  if ("list" in template) return template.list.map((item) => build(item, values));
  const dict = {};
  for (const [key, item] of template.dict) {
    // Defined, not assigned: the key may be `__proto__`.
    const value = build(item, values);
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
