import * as z from "zod";

/**
 * The output of a structural node (parameter, list, dict, item, attribute, reconstruct): a small tree of references instead of
 * a value. Whoever needs the value (the worker that consumes it, the client that reads it) resolves the references; the server
 * only assembles them.
 *
 * - `ref`: the payload with this digest, then, inside its value, each step of `path` (a missing step is an error);
 * - `list`, `dict`: an array or plain object of further templates;
 *
 * `node` names the structural node that asked for a path, so that a path that does not exist can name it.
 */
export type Template =
  | { readonly ref: string; readonly size: number; readonly path?: readonly PathStep[] }
  | { readonly list: readonly Template[] }
  | { readonly dict: readonly (readonly [string, Template])[] };

/** One step into a value. `node` and `name` are those of the structural node that takes the step. */
export interface PathStep {
  readonly key: string | number;
  readonly node: number;
  readonly name: string;
}

const pathStep = z.object({ key: z.union([z.string(), z.number()]), node: z.int(), name: z.string() });

export const templateSchema: z.ZodType<Template> = z.lazy(() =>
  z.union([
    z.object({ ref: z.string(), size: z.int(), path: z.array(pathStep).optional() }),
    z.object({ list: z.array(templateSchema) }),
    z.object({ dict: z.array(z.tuple([z.string(), templateSchema])) }),
  ]),
) as z.ZodType<Template>;

/** The digests a template refers to, each once, in order of first use. */
export function referencesOf(template: Template, into: Set<string> = new Set()): Set<string> {
  if ("ref" in template) into.add(template.ref);
  else if ("list" in template) for (const item of template.list) referencesOf(item, into);
  else for (const [, item] of template.dict) referencesOf(item, into);
  return into;
}
