import { existsSync } from "node:fs";
import { refuseUnreadable } from "../maintenance/refusals.ts";
import { HEAD, plan } from "../migration/history.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { blocks, counted, type Finding } from "./finding.ts";
import { inTheWay } from "./in-the-way.ts";
import { diagnosedFile, lookedAt } from "./looked-at.ts";
import { listQuarantine } from "./quarantine.ts";

/** What `covalent db doctor` says. */
export interface DoctorReport {
  readonly path: string;
  /** As the original writes it: `sqlite:////home/...`. */
  readonly url: string;
  readonly exists: boolean;
  /** What the database says of itself. */
  readonly stamped: readonly string[];
  /** Where it really is; `null` for an empty one, and when nobody knows. */
  readonly revision: string | null;
  readonly head: string;
  /** True when nothing is to be done about it but, perhaps, to migrate. */
  readonly healthy: boolean;
  /** True when a migration can go on. */
  readonly certain: boolean;
  readonly pending: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly message: string;
  }[];
  readonly findings: readonly Finding[];
  /** What to do now: a sentence with the command. */
  readonly next: string;
}

/**
 * Says what is wrong with a database and what would be done. Read-only.
 *
 * @throws {CovalentError} `DATABASE_BUSY`, `DATABASE_UNUSABLE`
 * @example
 * (await doctor("/home/me/.local/share/covalent/dispatcher_db.sqlite")).next; // "Run `covalent db migrate`: 11 steps lead to a9d2c61f4b07."
 */
export async function doctor(path: string): Promise<DoctorReport> {
  refuseUnreadable(path);
  const exists = existsSync(path);
  const diagnosis = exists ? await diagnosedFile(path) : ABSENT;
  const { stamped, revision } = diagnosis;
  const findings = [
    ...diagnosis.findings,
    ...(diagnosis.certain && exists ? [...(await ahead(path, diagnosis)), ...(await quarantined(path))] : []),
  ];
  const certain = !findings.some(blocks);
  const steps = certain ? plan(revision, HEAD) : [];
  return {
    path,
    url: `sqlite:///${path}`,
    exists,
    stamped,
    revision,
    head: HEAD,
    healthy: findings.every(({ severity }) => severity === "note"),
    certain,
    pending: steps.map(({ from, to, revision: { message } }) => ({ from, to, message })),
    findings,
    next: nextStep({ ...diagnosis, findings }, exists, steps.length),
  };
}

async function ahead(path: string, diagnosis: Diagnosis): Promise<Finding[]> {
  return await lookedAt(path, ({ connection }) => inTheWay(connection, diagnosis));
}

/** That rows were kept aside. */
async function quarantined(path: string): Promise<Finding[]> {
  const groups = await listQuarantine(path);
  if (groups.length === 0) return [];
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const tables = [...new Set(groups.map(({ table }) => table))].join(", ");
  const action =
    "`covalent db quarantine` lists them; they come back when a migration reaches a revision that permits them, or with `covalent db quarantine restore`";
  return [
    { code: "QUARANTINE", severity: "note", what: `${counted(rows, "row")} of ${tables} kept aside`, action },
  ];
}

const ABSENT: Diagnosis = {
  stamped: [],
  revision: null,
  certain: true,
  findings: [],
  healing: [],
  repair: [],
};

function nextStep({ refusal, healing, findings }: Diagnosis, exists: boolean, steps: number): string {
  const decision = findings.find(({ severity }) => severity === "refuse");
  if (decision !== undefined) return `A migration refuses. ${sentence(decision.action)}`;
  if (refusal !== undefined)
    return "A migration refuses. `covalent db repair` shows how it would be mended, `covalent db repair --apply` does it.";
  if (!exists) return "There is no such file: `covalent db migrate` makes an empty database.";
  const way = `${steps} ${steps === 1 ? "step leads" : "steps lead"} to ${HEAD}`;
  if (steps > 0)
    return `Run \`covalent db migrate\`: ${way}${healing.length > 0 ? ", and what is left over is healed first" : ""}.`;
  return healing.length > 0
    ? "Run `covalent db migrate`: it heals what is left over."
    : "Nothing has to be done.";
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
