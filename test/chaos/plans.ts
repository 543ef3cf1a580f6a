import type { Chance } from "./seeded.ts";
import type { Step, StepKind } from "./workflows/steps.ts";

/** What is done to a dispatch besides the kills. */
export type Disturbance = "none" | "cancel" | "cancel-nodes" | "pause" | "deadline";

/** A dispatch of the chaos suite: what it does, and what somebody asks of it meanwhile. */
export interface Plan {
  readonly name: string;
  readonly disturbance: Disturbance;
  readonly steps: readonly Step[];
}

export type End = "COMPLETED" | "FAILED" | "CANCELLED";

const SHAPES = ["wide", "deep", "diamond", "random"] as const;
const ORDINARY: readonly StepKind[] = ["steady", "steady", "steady", "flaky", "parent", "nested", "mapped"];
const DISTURBANCES: readonly Disturbance[] = [
  "none",
  "none",
  "none",
  "pause",
  "cancel",
  "cancel-nodes",
  "deadline",
];

export function drawPlan(chance: Chance, index: number): Plan {
  const disturbance = chance.pick(DISTURBANCES);
  const shape = chance.pick(SHAPES);
  const length = chance.between(4, 9);
  const special = chance.pick<StepKind>(["steady", "steady", "broken", "once"]);
  const endless = disturbance === "none" || disturbance === "pause" ? -1 : chance.between(0, length - 1);
  const steps = Array.from({ length }, (_, at): Step => {
    const kind = at === endless ? "endless" : at === length - 2 ? special : chance.pick(ORDINARY);
    return {
      kind,
      ...(kind === "cached"
        ? // The same in many dispatches: the first one's result is taken over.
          { name: `cached-${chance.between(0, 5)}`, ms: 10, after: [] }
        : {
            name: `${index}-${at}`,
            ms: chance.between(5, 120),
            after: parentsOf(shape, at, length, chance),
          }),
    };
  });
  return { name: `${index} ${shape} ${disturbance}`, disturbance, steps };
}

function parentsOf(shape: (typeof SHAPES)[number], at: number, length: number, chance: Chance): number[] {
  const before = Array.from({ length: at }, (_, index) => index);
  if (shape === "wide") return at === length - 1 ? before : [];
  if (shape === "deep") return before.slice(-1);
  if (shape === "diamond") return at === length - 1 ? before.slice(1) : before.slice(0, 1);
  return before.filter(() => chance.next() < 0.4);
}

/**
 * The model: how each step may end, whatever is killed when. What is cancelled as a whole, or is over by its deadline, ends
 * somewhere on its way.
 */
export function endsOf({ steps, disturbance }: Plan): readonly ReadonlySet<End>[] {
  const isCutShort = disturbance === "cancel" || disturbance === "deadline";
  const ends: ReadonlySet<End>[] = [];
  for (const { kind, after } of steps) {
    const possible = new Set<End>();
    const parents = after.map((index) => ends[index] ?? new Set<End>());
    if (parents.every((each) => each.has("COMPLETED"))) for (const end of own(kind)) possible.add(end);
    if (isCutShort || parents.some((each) => each.has("FAILED") || each.has("CANCELLED")))
      possible.add("CANCELLED");
    ends.push(possible);
  }
  return ends;
}

function own(kind: StepKind): readonly End[] {
  if (kind === "broken") return ["FAILED"];
  if (kind === "endless") return ["CANCELLED"];
  // Its only attempt may have been lost.
  return kind === "once" ? ["COMPLETED", "FAILED"] : ["COMPLETED"];
}

/** How the dispatch ends when its steps have ended so. */
export function endOf({ disturbance }: Plan, ends: readonly End[]): End {
  if (disturbance === "deadline" || ends.includes("FAILED")) return "FAILED";
  return ends.includes("CANCELLED") ? "CANCELLED" : "COMPLETED";
}

/** What the dispatch returns when it is COMPLETED. */
export function resultOf({ steps }: Plan): unknown {
  return steps.map(({ kind, name }) =>
    kind === "nested" || kind === "mapped" ? [`${name}/0`, `${name}/1`] : name,
  );
}
