import { isStructural } from "../../model/node.ts";
import type { PreparedDispatch } from "../../submission/prepare.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** What `dispatch --plan --json` prints: every node with the executor it will run on. Structural nodes run nowhere. */
export interface PlanDocument {
  readonly name: string;
  /** Of electrons that name none. */
  readonly executor: string;
  /** Of sublattices that name none. */
  readonly workflow_executor: string;
  readonly nodes: readonly PlannedNode[];
}

interface PlannedNode {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** What it is written in; `null` for what runs nowhere. */
  readonly language: "typescript" | "python" | "shell" | null;
  readonly executor: string | null;
  readonly executor_data: Readonly<Record<string, unknown>>;
}

export function planDocument({ header, nodes }: PreparedDispatch): PlanDocument {
  const { name, executor, workflow_executor } = header.lattice.metadata;
  return {
    name,
    executor,
    workflow_executor,
    nodes: nodes.map(({ id, metadata }) => {
      const { type = "function" } = metadata;
      const runs = !isStructural(type);
      return {
        id,
        name: metadata.name,
        type,
        language: runs ? (metadata.options?.language ?? "typescript") : null,
        executor: runs ? metadata.executor : null,
        executor_data: runs ? metadata.executor_data : {},
      };
    }),
  };
}

/** The plan as a table of what makes attempts. */
export function planText(plan: PlanDocument, { colors, lineLimit }: Terminal): string {
  const running = plan.nodes.filter(({ executor }) => executor !== null);
  const rows = running.map(({ id, name, type, language, executor, executor_data }) => {
    const attributes = Object.keys(executor_data).length === 0 ? "" : JSON.stringify(executor_data);
    const electron = language === "typescript" ? "electron" : `lepton (${language})`;
    const what = type === "sublattice" ? "sublattice" : electron;
    return [String(id), name, what, executor ?? "", attributes];
  });
  const columns = [
    { title: "NODE", right: true },
    { title: "NAME" },
    { title: "TYPE" },
    { title: "EXECUTOR" },
    { title: "" },
  ];
  const later = running.some(({ type }) => type === "sublattice")
    ? "\nThe executor of a sublattice traces it; what it will run is known then."
    : "";
  const structural = plan.nodes.length - running.length;
  const note = colors.dim(`and ${structural} structural: parameters, lists, fields${later}`);
  return `${colors.bold(plan.name)}\n${table(columns, rows, lineLimit)}\n${note}`;
}
