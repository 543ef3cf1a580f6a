import * as z from "zod";

/**
 * The output of a structural node (parameter, list, dict, item, attribute, reconstruct): references instead of a value. Whoever
 * needs the value (the worker that consumes it, the client that reads it) resolves the references; the server only assembles
 * them.
 *
 * - `ref`: the payload with this digest, then, inside its value, each step of `path` (a missing step is an error);
 * - `list`, `dict`: an array or plain object of references;
 * - `template`: the list or dict that is stored under this digest. Lists of lists refer to one another in this way instead of
 *   holding one another, so that a list that occurs in many others is stored once.
 *
 * `node` names the structural node that asked for a path, so that a path that does not exist can name it.
 */
export type Template = Reference | Assembly;

/** A template of fixed size: what lists and dicts hold, and what an argument is. */
export type Reference =
  | { readonly ref: string; readonly size: number; readonly path?: readonly PathStep[] }
  | { readonly template: string; readonly size: number };

export type Assembly =
  | { readonly list: readonly Reference[] }
  | { readonly dict: readonly (readonly [string, Reference])[] };

/** One step into a value. `node` and `name` are those of the structural node that takes the step. */
export interface PathStep {
  readonly key: string | number;
  readonly node: number;
  readonly name: string;
}

const pathStep = z.object({ key: z.union([z.string(), z.number()]), node: z.int(), name: z.string() });

const referenceSchema = z.union([
  z.object({ ref: z.string(), size: z.int(), path: z.array(pathStep).optional() }),
  z.object({ template: z.string(), size: z.int() }),
]) as z.ZodType<Reference>;

const templateSchema: z.ZodType<Template> = z.union([
  referenceSchema,
  z.object({ list: z.array(referenceSchema) }),
  z.object({ dict: z.array(z.tuple([z.string(), referenceSchema])) }),
]);

/** The template that a payload of codec `template` holds. */
export function parseTemplate(bytes: Uint8Array): Template {
  return templateSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}

/** What a template refers to directly, in order; something it refers to twice comes twice. */
export function referencesOf(template: Template): readonly Reference[] {
  if ("list" in template) return template.list;
  if ("dict" in template) return template.dict.map(([, item]) => item);
  return [template];
}

/** The digest of the payload behind a reference. */
export function digestOf(reference: Reference): string {
  return "ref" in reference ? reference.ref : reference.template;
}
