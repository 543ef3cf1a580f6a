import { counted } from "../../../database/diagnosis/finding.ts";
import type { MigrationOutcome, StepReport } from "../../../database/maintenance/outcome.ts";
import { byteText } from "../../output/byte-text.ts";
import { table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { printFindings } from "./finding-text.ts";

/** What a migration would do: its steps, the rows it meets, the room it needs, and what stands in its way. */
export function printPlan(terminal: Terminal, outcome: MigrationOutcome): void {
  const { steps, rows, space, findings, violations, orphans, drops, refusal } = outcome;
  const isNothing = steps.length === 0 && findings.every(({ severity }) => severity === "note");
  if (isNothing) terminal.print("There is nothing to do: the database is where it should be.");
  for (const step of steps) terminal.print(`Would run ${stepText(step)}`);
  const counts = Object.entries(rows).map(([name, count]) => [name, count.toLocaleString("en")]);
  if (counts.length > 0)
    terminal.print(`\n${table([{ title: "TABLE" }, { title: "ROWS", right: true }], counts)}`);
  terminal.print(
    `\nRoom needed besides the file: ${byteText(space.needed)}; free: ${byteText(space.available)}`,
  );
  printFindings(terminal, findings);
  for (const { message, table: name, columns, rows: count, blocking } of violations) {
    const consequence = blocking
      ? "they stand in the way"
      : "they stay, because a later step permits them again";
    terminal.print(
      `\n${count.toLocaleString("en")} row(s) of ${name} (${columns.join(", ")}) are not permitted by "${message}": ${consequence}`,
    );
  }
  for (const { table: name, columns, parent, rows: count } of orphans) {
    terminal.print(
      `\n${count} row(s) of ${name} (${columns.join(", ")}) refer to rows of ${parent} that are not there: they would go, with all that depends on them`,
    );
  }
  for (const { table: name, column, rows: count, lost } of drops) {
    const what =
      column === null ? `${name}: ${counted(count, "row")}` : `${name}.${column}: ${counted(count, "value")}`;
    if (lost && steps[0]?.direction === "downgrade") terminal.print(`Would drop ${what}`);
  }
  if (refusal !== undefined) {
    terminal.print(`\n${terminal.colors.red("refused:")} ${refusal.message}`);
    terminal.print(`${terminal.colors.cyan("hint:")} ${refusal.hint}`);
  }
}

function stepText({ direction, from, to, message }: StepReport): string {
  return `${direction} ${from ?? ""} -> ${to ?? ""}, ${message}`;
}
