import type { Asset, ManifestLink, ManifestNode } from "../../model/manifest.ts";
import { NODE_TYPES } from "../../model/node.ts";
import { PAYLOAD_CODECS } from "../../model/payload.ts";
import { STATUSES } from "../../model/status.ts";

/**
 * Nodes and links that are seen at a glance to be valid and complete: what our own clients send, hundreds of thousands at once.
 * Checking one against its schema costs ten times as much. Whatever has more than is known here, or has less and needs a default,
 * or is wrong, is left to the schema, which says so.
 */

type Check = (value: unknown) => boolean;

/** Checks of an object's properties by name; it may have no others. */
type Shape = Readonly<Record<string, Check>>;

const DIGEST = /^[0-9a-f]{64}$/;

const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isDigest: Check = (value) => typeof value === "string" && DIGEST.test(value);
const isNothing: Check = (value) => isObject(value) && Object.keys(value).length === 0;
const oneOf = (words: readonly string[]): Check => {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value) => known.has(value);
};

const METADATA: Shape = shape({
  name: isText,
  executor: isText,
  executor_data: isNothing,
  status: oneOf(STATUSES),
  type: oneOf(NODE_TYPES),
  electron: isText,
  code_digest: isDigest,
  bundle: isDigest,
  task_group_id: isCount,
});

const ASSET: Shape = shape({
  digest_alg: isText,
  digest: isText,
  uri: isText,
  remote_uri: isText,
  size: isCount,
  codec: oneOf(PAYLOAD_CODECS),
  content: isText,
  text: isText,
} satisfies Record<keyof Asset, Check>);

const NODE: Shape = shape({
  id: isCount,
  metadata: (value) => fits(METADATA, value) && has(value, "name", "executor", "executor_data", "status"),
  assets: (value) => isObject(value) && Object.entries(value).every(isPlainAsset),
});

const LINK: Shape = shape({
  source: isCount,
  target: isCount,
  metadata: (value) => fits(LINK_METADATA, value) && has(value, "edge_name"),
});

const LINK_METADATA: Shape = shape({
  edge_name: isText,
  param_type: oneOf(["arg", "kwarg"]),
  arg_index: isCount,
});

export function isPlainNode(value: unknown): value is ManifestNode {
  return fits(NODE, value) && has(value, "id", "metadata", "assets");
}

export function isPlainLink(value: unknown): value is ManifestLink {
  return fits(LINK, value) && has(value, "source", "target", "metadata");
}

function isPlainAsset([key, asset]: readonly [string, unknown]): boolean {
  return key !== "__proto__" && fits(ASSET, asset) && has(asset, "size");
}

function fits(checks: Shape, value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  for (const name in value) if (checks[name]?.(value[name]) !== true) return false;
  return true;
}

function has(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => name in value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Without a prototype: nothing is known of `constructor`. */
function shape(checks: Record<string, Check>): Shape {
  return Object.assign(Object.create(null), checks);
}
