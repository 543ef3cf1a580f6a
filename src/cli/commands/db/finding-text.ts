import type { Finding } from "../../../database/diagnosis/finding.ts";
import type { Terminal } from "../../output/terminal.ts";

/** What was found out about a database: each finding with what would be done about it. */
export function printFindings(terminal: Terminal, findings: readonly Finding[]): void {
  for (const { severity, what, action } of findings) {
    // Names and revisions may have line ends, and must not look like lines of ours.
    terminal.print(`\n${markOf(terminal, severity)} ${inOneLine(what)}`);
    if (action !== "") terminal.print(`  ${action.replaceAll("\n", "\n  ")}`);
  }
}

/** A text from a database as part of a line. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function markOf({ colors }: Terminal, severity: Finding["severity"]): string {
  if (severity === "note") return colors.cyan("note:");
  if (severity === "heal") return colors.green("heals by itself:");
  return severity === "repair" ? colors.yellow("to be repaired:") : colors.red("refused:");
}
