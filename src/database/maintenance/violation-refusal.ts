import { CovalentError } from "../../model/errors.ts";
import type { Violation } from "../migration/violations.ts";
import type { MigrationRequest } from "./migration-request.ts";

/** Why rows that a revision forbids are as they should be, where that is known. */
const LEGITIMATE: Readonly<Record<string, string>> = {
  "not-null lattices electron_id":
    "They are nothing wrong: only a sublattice belongs to an electron, so the column is NULL in every dispatch that you started yourself.",
};

const DISPATCHES_NAMED = 20;

/** The refusal of a plan that rows of users stand in the way of, with the ways out as commands. */
export function violationRefusal(
  violations: readonly Violation[],
  request: MigrationRequest,
  unchanged: string,
): CovalentError {
  return new CovalentError("MIGRATION_VIOLATIONS", {
    path: request.path,
    reason: violations.map((violation) => violationInWords(violation, request.direction)).join("\n"),
    advice: choices(violations, request, unchanged),
    violations: violations.length,
  });
}

/** Which rows a revision does not permit, and why they may be there. */
export function violationInWords(violation: Violation, direction: MigrationRequest["direction"]): string {
  const { revision, message, table, kind, columns, rows } = violation;
  const what = columns.map((column) => `${table}.${column}`).join(", ") || table;
  const constraint = { "not-null": "be NULL", unique: "occur twice", check: "break its check" }[kind];
  const why = LEGITIMATE[`${kind} ${table} ${columns.join(" ")}`];
  const rule = violation.existing
    ? `${what} is NOT NULL in this database already, revision ${revision} (${message}) makes ${table} anew, and ${rows} row(s) of it are NULL there.`
    : `${direction === "upgrade" ? "revision" : "what was before revision"} ${revision} (${message}) lets no ${what} ${constraint}, and ${rows} row(s) of ${table} do.`;
  return [rule, examplesInWords(violation), ...(why === undefined ? [] : [why])].join(" ");
}

function examplesInWords({ table, rows, examples }: Violation): string {
  const dispatches = new Set(examples.flatMap(({ dispatchId }) => dispatchId ?? []));
  const named = dispatches.size > 0 ? [...dispatches] : examples.map(({ id }) => `${table} ${id}`);
  const more = rows > DISPATCHES_NAMED || named.length > DISPATCHES_NAMED ? ", ..." : "";
  const kind = dispatches.size > 0 ? "Dispatches" : "Rows";
  return `${kind}: ${named.slice(0, DISPATCHES_NAMED).join(", ")}${more}.`;
}

function choices(
  violations: readonly Violation[],
  { direction, to, commandOptions }: MigrationRequest,
  unchanged: string,
): string {
  const command =
    direction === "upgrade"
      ? `covalent db migrate${to === "head" ? "" : ` --to ${to}`}`
      : `covalent db downgrade ${to}`;
  const liftedLater = violations.every(({ liftedBy }) => liftedBy !== null);
  return [
    `${unchanged} Choose:`,
    ...(liftedLater && direction === "upgrade"
      ? [
          `  covalent db migrate${commandOptions}    # goes past it: a later revision permits these rows again, and nothing is lost`,
        ]
      : []),
    `  ${command} --on-violation=quarantine${commandOptions}    # keeps the rows aside with all that depends on them; \`covalent db quarantine\` lists them, and they come back when a later revision permits them, or with \`covalent db quarantine restore\``,
    `  ${command} --on-violation=delete${commandOptions}    # deletes the rows with all that depends on them; makes a backup first, and asks`,
  ].join("\n");
}
