import { createHash } from "node:crypto";
import type { StoredEdge, StoredNode } from "../model/change.ts";
import { isStructural } from "../model/node.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { PathStep, Template } from "../model/template.ts";
import type { DispatchState } from "./dispatch-state.ts";

/**
 * What structural nodes give: templates, put together from those of their parents. No payload is opened for it.
 */

/** The template of a completed node. It is computed once, on first use: after a restart, for what is still needed. */
export function templateOf(state: DispatchState, id: number): Template {
  const known = state.template(id);
  if (known !== undefined) return known;
  const node = state.node(id);
  const template =
    isStructural(node.type) && node.type !== "parameter"
      ? assemble(state, node)
      : reference(node.output, node);
  state.setTemplate(id, template);
  return template;
}

/** The template for a payload as it is. */
export function reference(output: PayloadRef | null, node: StoredNode): Template {
  if (output === null) throw new Error(`node ${node.nodeId} (${node.name}) has no output`);
  return { ref: output.digest, size: output.size };
}

/** The positional arguments of a node, and with them what a structural node is made of. */
export function argumentsOf(state: DispatchState, id: number): Template[] {
  return valueEdges(state, id).map((edge) => templateOf(state, edge.source));
}

function assemble(state: DispatchState, node: StoredNode): Template {
  switch (node.type) {
    case "electron_list":
      return { list: argumentsOf(state, node.nodeId) };
    case "electron_dict":
      return {
        dict: valueEdges(state, node.nodeId).map(
          (edge) => [edge.name, templateOf(state, edge.source)] as const,
        ),
      };
    case "subscripted":
    case "attribute":
      return stepInto(onlyParent(state, node), { key: node.key ?? "", node: node.nodeId, name: node.name });
    default:
      return onlyParent(state, node);
  }
}

function onlyParent(state: DispatchState, node: StoredNode): Template {
  const [edge] = valueEdges(state, node.nodeId);
  if (edge === undefined) throw new Error(`structural node ${node.nodeId} (${node.name}) has no parent`);
  return templateOf(state, edge.source);
}

function valueEdges(state: DispatchState, id: number): readonly StoredEdge[] {
  return state.incoming(id).filter((edge) => edge.parameter !== null);
}

/**
 * One step further into a value. Whether the step exists is only known to whoever opens the payload; in a list or dict of
 * references it is known here.
 *
 * @throws {MissingStep} when the list or dict has no such element
 */
function stepInto(template: Template, step: PathStep): Template {
  if ("ref" in template) return { ...template, path: [...(template.path ?? []), step] };
  const found =
    "list" in template
      ? template.list[Number(step.key)]
      : template.dict.find(([key]) => key === String(step.key))?.[1];
  if (found === undefined) throw new MissingStep(step);
  return found;
}

/** A structural node asks for an element that is not there. */
export class MissingStep extends Error {
  constructor(step: PathStep) {
    super(`${step.name} (node ${step.node}): there is no element ${JSON.stringify(step.key)}`);
    this.name = "MissingStep";
  }
}

/** A template as something to store: the payload it stands for when it is no more than that, else its JSON. */
export function templatePayload(
  template: Template,
  known: (digest: string) => PayloadRef | undefined,
): PayloadRef {
  if ("ref" in template && template.path === undefined) {
    const payload = known(template.ref);
    if (payload !== undefined) return payload;
  }
  const inline = new TextEncoder().encode(JSON.stringify(template));
  const digest = createHash("sha256").update(inline).digest("hex");
  return { digest, size: inline.byteLength, codec: "template", inline, text: describe(template) };
}

function describe(template: Template): string {
  if ("list" in template) return `list of ${template.list.length}`;
  if ("dict" in template) return `{ ${template.dict.map(([key]) => key).join(", ")} }`.slice(0, 200);
  return `the value's ${(template.path ?? []).map((step) => step.key).join(".")}`;
}
