import type { ComparedPair } from "../../api/comparison.ts";

/** Which pairs of nodes are shown. */
export const KINDS = ["different", "status", "code", "inputs", "output", "executor", "only", "all"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  different: "Different",
  status: "Status",
  code: "Code",
  inputs: "Inputs",
  output: "Output",
  executor: "Executor",
  only: "In one only",
  all: "All",
};

export function isOfKind({ a, b, differs }: ComparedPair, kind: Kind): boolean {
  const isOnly = a === null || b === null;
  if (kind === "all") return true;
  if (kind === "only") return isOnly;
  if (kind === "different") return isOnly || differs.length > 0;
  return differs.includes(kind);
}

/** How many pairs there are of each kind, in one go: there may be 10,000. */
export function countKinds(pairs: readonly ComparedPair[]): Readonly<Record<Kind, number>> {
  const counts: Record<Kind, number> = {
    different: 0,
    status: 0,
    code: 0,
    inputs: 0,
    output: 0,
    executor: 0,
    only: 0,
    all: 0,
  };
  for (const pair of pairs) for (const kind of KINDS) if (isOfKind(pair, kind)) counts[kind] += 1;
  return counts;
}

/** By how much longer the second took, e.g. `+40 %`; nothing where that cannot be told or is hardly anything. */
export function slowerText({ a, b }: ComparedPair): string {
  const [before, after] = [a?.duration_ms ?? null, b?.duration_ms ?? null];
  if (before === null || after === null || Math.abs(after - before) < 10) return "";
  if (before < 1) return "";
  const percent = Math.round((100 * (after - before)) / before);
  if (percent === 0) return "";
  if (percent >= 1_000) return `×${Math.round(after / before)}`;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}
