import { hash } from "node:crypto";
import type { NodeOutput, StoredEdge, StoredNode } from "../model/change.ts";
import type { PayloadRef } from "../model/payload.ts";
import type { Assembly, PathStep, Reference, Template } from "../model/template.ts";
import type { DispatchState } from "./dispatch-state.ts";

/**
 * What structural nodes give: templates, put together from references to what their parents gave. No payload is opened for it,
 * and a node's template is as large as the number of its edges, whatever those lead to.
 */

/**
 * A reference to what a completed node gave. It is made once, on first use: after a restart, for what is still needed.
 *
 * @throws {MissingStep} when the node takes an element that a list or dict of references does not have
 */
export function referenceTo(state: DispatchState, id: number): Reference {
  const known = state.reference(id);
  if (known !== undefined) return known;
  const reference = makeReference(state, state.node(id));
  state.setReference(id, reference);
  return reference;
}

/** The positional arguments of a node, and with them what a structural node is made of. */
export function argumentsOf(state: DispatchState, id: number): Reference[] {
  return valueEdges(state, id).map((edge) => referenceTo(state, edge.source));
}

/** What is stored as the output of a structural node. */
export function structuralOutput(state: DispatchState, node: StoredNode): NodeOutput | undefined {
  if (node.type === "electron_list" || node.type === "electron_dict") {
    const payload = assemble(state, node);
    state.setReference(node.nodeId, referenceToTemplate(payload));
    return payload;
  }
  const reference = referenceTo(state, node.nodeId);
  // A parameter's value was stored as its output when the dispatch was registered.
  if (node.type === "parameter") return undefined;
  if (node.type === "reconstruct") return { sameAs: state.node(onlyParent(state, node).source).row };
  return templatePayload(reference);
}

function makeReference(state: DispatchState, node: StoredNode): Reference {
  switch (node.type) {
    case "electron_list":
    case "electron_dict":
      return referenceToTemplate(assemble(state, node));
    case "subscripted":
    case "attribute":
      return stepInto(state, parentReference(state, node), {
        key: node.key ?? "",
        node: node.nodeId,
        name: node.name,
      });
    case "reconstruct":
      return parentReference(state, node);
    default:
      return ownOutput(node);
  }
}

function ownOutput({ nodeId, name, output }: StoredNode): Reference {
  if (output === null) throw new Error(`node ${nodeId} (${name}) has no output`);
  return { ref: output.digest, size: output.size };
}

function parentReference(state: DispatchState, node: StoredNode): Reference {
  return referenceTo(state, onlyParent(state, node).source);
}

function onlyParent(state: DispatchState, node: StoredNode): StoredEdge {
  const [edge] = valueEdges(state, node.nodeId);
  if (edge === undefined) throw new Error(`structural node ${node.nodeId} (${node.name}) has no parent`);
  return edge;
}

function valueEdges(state: DispatchState, id: number): readonly StoredEdge[] {
  return state.incoming(id).filter((edge) => edge.parameter !== null);
}

/** The template of a list or dict, which may be large: it is put together once. */
function assemble(state: DispatchState, node: StoredNode): PayloadRef {
  const assembly = assemblyOf(state, node);
  const payload = templatePayload(assembly);
  state.keep(payload);
  state.keepAssembly(payload.digest, assembly);
  return payload;
}

function assemblyOf(state: DispatchState, { nodeId, type }: StoredNode): Assembly {
  if (type === "electron_list") return { list: argumentsOf(state, nodeId) };
  const entries = valueEdges(state, nodeId);
  return { dict: entries.map(({ name, source }) => [name, referenceTo(state, source)] as const) };
}

function referenceToTemplate({ digest, size }: PayloadRef): Reference {
  return { template: digest, size };
}

/**
 * One step further into a value. Whether the step exists is only known to whoever opens the payload; in a list or dict of
 * references it is known here.
 */
function stepInto(state: DispatchState, reference: Reference, step: PathStep): Reference {
  if ("ref" in reference) return { ...reference, path: [...(reference.path ?? []), step] };
  const assembly = state.assembly(reference.template);
  const found =
    assembly !== undefined && "list" in assembly
      ? assembly.list[Number(step.key)]
      : assembly?.dict.find(([key]) => key === String(step.key))?.[1];
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

function templatePayload(template: Template): PayloadRef {
  const inline = new TextEncoder().encode(JSON.stringify(template));
  const digest = hash("sha256", inline);
  return { digest, size: inline.byteLength, codec: "template", inline, text: describe(template) };
}

function describe(template: Template): string {
  if ("list" in template) return `list of ${template.list.length}`;
  if ("dict" in template) return `{ ${template.dict.map(([key]) => key).join(", ")} }`.slice(0, 200);
  return "ref" in template
    ? `the value's ${(template.path ?? []).map((step) => step.key).join(".")}`
    : "a list";
}
