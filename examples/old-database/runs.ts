/**
 * What a small group might have in its `dispatcher_db.sqlite` in the autumn of 2022, under Covalent 0.177: all of it invented.
 */

export type Status = "COMPLETED" | "FAILED" | "CANCELLED" | "RUNNING" | "NEW_OBJECT";

/** One task, parameter or list of a run. */
export interface OldNode {
  readonly name: string;
  readonly type: "function" | "parameter" | "electron_list" | "sublattice" | "attribute" | "postprocess";
  readonly status: Status;
  /** Places of its parents among the run's nodes. */
  readonly parents: readonly number[];
  /** For a sublattice: the run it started. */
  readonly run?: OldRun;
}

/** One run of a workflow. */
export interface OldRun {
  readonly name: string;
  readonly status: Status;
  /** UTC, as the original writes it without its fraction: `2022-08-03 09:12:00`. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly nodes: readonly OldNode[];
}

const node = (
  type: OldNode["type"],
  name: string,
  parents: readonly number[] = [],
  status: Status = "COMPLETED",
): OldNode => ({ type, name, parents, status });

const task = (name: string, ...parents: number[]): OldNode => node("function", name, parents);
const parameter = (value: string): OldNode => node("parameter", `:parameter:${value}`);
const list = (...parents: number[]): OldNode => node("electron_list", ":electron_list:", parents);
const sublattice = (run: OldRun, ...parents: number[]): OldNode => ({
  ...node("sublattice", `:sublattice:${run.name}`, parents, run.status),
  run,
});
const ended = (status: Status, one: OldNode): OldNode => ({ ...one, status });

const done = (name: string, startedAt: string, seconds: number, nodes: readonly OldNode[]): OldRun => ({
  name,
  status: "COMPLETED",
  startedAt,
  seconds,
  nodes,
});

const selectModel = (startedAt: string): OldRun =>
  done("select_model", startedAt, 94, [
    task("load_series", 1),
    parameter("co2_weekly.csv"),
    task("fit_polynomial", 0, 3),
    parameter("1"),
    task("fit_polynomial", 0, 5),
    parameter("2"),
    task("fit_seasonal", 0),
    list(2, 4, 6),
    task("choose_by_aic", 7),
    task("plot_residuals", 0, 8),
  ]);

const glacier = (name: string, startedAt: string): OldRun =>
  done("one_glacier", startedAt, 310, [
    parameter(name),
    task("fetch_outline", 0),
    task("fetch_elevation", 1),
    task("interpolate", 2),
    task("mass_change", 1, 3),
  ]);

/** All runs of their own, oldest first; a sublattice holds the run that it started. */
export const RUNS: readonly OldRun[] = [
  selectModel("2022-08-03 09:12:00"),
  done("π_estimate", "2022-08-03 16:40:00", 21, [
    parameter("1000000"),
    task("throw_darts", 0),
    task("throw_darts", 0),
    list(1, 2),
    task("combine", 3),
  ]),
  done("glacier_mass_balance", "2022-08-11 07:55:00", 702, [
    parameter("['Aletsch', 'Rhône']"),
    task("read_inventory", 0),
    sublattice(glacier("'Aletsch'", "2022-08-11 07:55:20"), 1),
    sublattice(glacier("'Rhône'", "2022-08-11 07:55:21"), 1),
    list(2, 3),
    task("sum_over_region", 4),
  ]),
  {
    name: "protein_docking",
    status: "FAILED",
    startedAt: "2022-08-16 13:05:00",
    seconds: 188,
    nodes: [
      parameter("6LU7.pdb"),
      task("prepare_receptor", 0),
      parameter("ligands.smi"),
      task("prepare_ligands", 2),
      ended("FAILED", task("dock", 1, 3)),
      ended("NEW_OBJECT", task("rank_poses", 4)),
    ],
  },
  done("protein_docking", "2022-08-16 15:30:00", 2_411, [
    parameter("6LU7.pdb"),
    task("prepare_receptor", 0),
    parameter("ligands_fixed.smi"),
    task("prepare_ligands", 2),
    task("dock", 1, 3),
    task("rank_poses", 4),
  ]),
  {
    name: "train_classifier",
    status: "CANCELLED",
    startedAt: "2022-08-23 18:20:00",
    seconds: 5_400,
    nodes: [
      task("load_images"),
      task("split", 0),
      node("attribute", ":attribute:train", [1]),
      parameter("0.1"),
      ended("CANCELLED", task("train", 2, 3)),
      ended("CANCELLED", task("evaluate", 4)),
    ],
  },
  done("Temperatur_Mittelwerte", "2022-08-29 06:00:00", 47, [
    parameter("'Zürich / Fluntern'"),
    task("lade_Messreihe", 0),
    task("glätten", 1),
    task("Jahresmittel", 2),
  ]),
  selectModel("2022-09-05 08:02:00"),
  {
    // The lid of the laptop was closed on it.
    name: "sea_level_ensemble",
    status: "RUNNING",
    startedAt: "2022-09-08 17:48:00",
    seconds: 900,
    nodes: [
      parameter("12"),
      task("draw_scenarios", 0),
      task("run_member", 1),
      ended("RUNNING", task("run_member", 1)),
      ended("RUNNING", task("run_member", 1)),
      ended("NEW_OBJECT", list(2, 3, 4)),
      ended("NEW_OBJECT", task("quantiles", 5)),
    ],
  },
];
