/** One setting: `executors.local.workers` is `local.workers` in the section `executors`. */
export interface Setting {
  readonly key: string;
  readonly section: string;
  /** Within its section. */
  readonly name: string;
  readonly text: string;
}

/** The settings of a tree of sections, in its order. */
export function settingsIn(sections: Readonly<Record<string, unknown>> | undefined): readonly Setting[] {
  return Object.entries(sections ?? {}).flatMap(([section, tree]) =>
    leaves(tree).map(([trail, text]) => ({
      key: [section, ...trail].join("."),
      section,
      name: trail.join("."),
      text,
    })),
  );
}

function leaves(tree: unknown): readonly (readonly [trail: readonly string[], text: string])[] {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return [[[], textOf(tree)]];
  return Object.entries(tree).flatMap(([name, inner]) =>
    leaves(inner).map(([trail, text]) => [[name, ...trail], text] as const),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
