import type { Step } from "../migration/history.ts";
import type { Examination } from "./examination.ts";
import type { MigrationOutcome } from "./outcome.ts";

/** `b60c5ecdf927 -> 9b9d58f02985, v11` */
export function stepText({ from, to, revision }: Step): string {
  return `${from ?? ""} -> ${to ?? ""}, ${revision.message}`;
}

/** `Running upgrade b60c5ecdf927 -> 9b9d58f02985, v11`, as the original writes it. */
export function stepLine(step: Step): string {
  return `Running ${step.direction} ${stepText(step)}`;
}

/** What is told of a migration, whether it was only planned or also done. */
export function outcomeOf(
  path: string,
  { plan, diagnosis, findings, violations, orphans, drops, contents, space }: Examination,
  performed: MigrationOutcome["performed"],
  left: Pick<MigrationOutcome, "backup" | "removed"> = {},
): MigrationOutcome {
  return {
    path,
    performed,
    from: diagnosis.revision,
    to: plan.to,
    steps: plan.steps.map(({ direction, from, to, revision }) => ({
      direction,
      from,
      to,
      message: revision.message,
    })),
    rows: contents.rows,
    findings,
    violations,
    orphans,
    drops,
    space: { needed: space.needed, available: space.available },
    ...left,
  };
}
