import type { Finding } from "../../../database/diagnosis/finding.ts";
import type { Terminal } from "../../output/terminal.ts";

/** What was found out about a database: each finding with what would be done about it. */
export function printFindings(terminal: Terminal, findings: readonly Finding[]): void {
  for (const { severity, what, action } of findings) {
    terminal.print(`\n${markOf(terminal, severity)} ${what}`);
    if (action !== "") terminal.print(`  ${action.replaceAll("\n", "\n  ")}`);
  }
}

function markOf({ colors }: Terminal, severity: Finding["severity"]): string {
  if (severity === "note") return colors.cyan("note:");
  if (severity === "heal") return colors.green("heals by itself:");
  return severity === "repair" ? colors.yellow("to be repaired:") : colors.red("refused:");
}
