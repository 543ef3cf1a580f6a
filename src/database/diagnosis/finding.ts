/** How much a finding matters to a migration. */
export type Severity =
  /** Worth knowing; nothing has to be done. */
  | "note"
  /** `covalent db migrate` mends it by itself: what is done is certain and loses nothing. */
  | "heal"
  /** A migration refuses; `covalent db repair --apply` mends it, losing nothing, because a person has looked at the plan. */
  | "repair"
  /** A migration refuses, and only a person can decide what to do. */
  | "refuse";

/** One thing that was found out about a database. */
export interface Finding {
  /** What kind of thing, in capitals: see `docs/database.md`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence with names and counts. */
  readonly what: string;
  /** What would be done, or a command to paste. */
  readonly action: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A finding with the statements that mend it. They run in the order of their phases, so that each finds what it needs. */
export interface Remedy {
  readonly finding: Finding;
  readonly statements: readonly { readonly phase: Phase; readonly sql: string }[];
}

/** In order: names are settled, what is in the way goes, what is missing comes, and the revision is written last. */
export const PHASES = ["rename", "drop", "add", "index", "version"] as const;
export type Phase = (typeof PHASES)[number];

/** A finding that nothing is done about. */
export function note(code: string, what: string, action: string, details?: Finding["details"]): Remedy {
  return remedy({ code, severity: "note", what, action, ...(details === undefined ? {} : { details }) });
}

export function remedy(finding: Finding, phase: Phase = "drop", ...statements: readonly string[]): Remedy {
  return { finding, statements: statements.map((sql) => ({ phase, sql })) };
}

/** True when a migration may not go on by itself. */
export function blocks({ severity }: Finding): boolean {
  return severity === "repair" || severity === "refuse";
}

/** The statements of all remedies whose findings have one of the severities, by phase. */
export function statementsOf(remedies: readonly Remedy[], ...severities: readonly Severity[]): string[] {
  const chosen = remedies.filter(({ finding }) => severities.includes(finding.severity));
  return PHASES.flatMap((phase) =>
    chosen.flatMap(({ statements }) =>
      statements.filter((statement) => statement.phase === phase).map(({ sql }) => sql),
    ),
  );
}

/** `1 row`, `2 rows`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
