import type { ManifestNode, NodeOptions } from "../../model/manifest.ts";

/**
 * What an executor object of the Python SDK says of retries and time limits (seconds) is what our own electrons say in their options.
 * The SDK's defaults, no retries and -1 for no limit, say nothing.
 */
export function withPythonOptions(node: ManifestNode): ManifestNode {
  const { attributes } = node.metadata.executor_data;
  if (typeof attributes !== "object" || attributes === null) return node;
  const retries: unknown = Reflect.get(attributes, "retries");
  const limit: unknown = Reflect.get(attributes, "time_limit");
  const options: NodeOptions = {
    ...(isPositive(retries) && { retries: Math.trunc(retries) }),
    ...(isPositive(limit) && { timeout_ms: limit * 1_000 }),
    ...node.metadata.options,
  };
  if (Object.keys(options).length === 0) return node;
  return { ...node, metadata: { ...node.metadata, options } };
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
