import { doctor as examine } from "../../../database/diagnosis/doctor.ts";
import type { CommandContext } from "../../command-context.ts";
import { EXIT, type ExitCode } from "../../exit-code.ts";
import { inOneLine, printFindings } from "./finding-text.ts";
import { type TargetOptions, targetOf } from "./target.ts";

/** `covalent db doctor`. Exit code 1 when a migration would refuse. */
export async function doctor(context: CommandContext, options: TargetOptions): Promise<ExitCode> {
  const { terminal } = context;
  const report = await examine((await targetOf(context, options)).path);
  const { url, stamped, revision, certain, findings, next } = report;
  terminal.data(report);
  terminal.print(`Database  ${url}`);
  terminal.print(`Says      ${stamped.length === 0 ? "no revision" : inOneLine(stamped.join(" and "))}`);
  terminal.print(`Is at     ${revision ?? (certain ? "nothing yet" : "no revision that can be told")}`);
  printFindings(terminal, findings);
  terminal.print(`\n${next}`);
  return certain ? EXIT.done : EXIT.failed;
}
