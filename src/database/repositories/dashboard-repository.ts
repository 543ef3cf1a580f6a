import type { LEGACY_STATUSES, Status } from "../../model/status.ts";

/** As stored: old databases have statuses that are written no more. */
export type ShownStatus = Status | (typeof LEGACY_STATUSES)[number];

/** What a dashboard asks: dispatches in any order, with how long they ran, how many there are of each status, and to delete some. */
export interface DashboardRepository {
  /** Those that no sublattice runs as. */
  list(
    filter: DispatchFilter,
    ordering: Ordering,
    page: { readonly offset: number; readonly count: number },
  ): Promise<{ readonly items: readonly DashboardRow[]; readonly total: number }>;
  /** Those that the sublattices of a dispatch run as, at any depth. */
  subDispatches(rootDispatchId: string, ordering: SubDispatchOrdering): Promise<readonly DashboardRow[]>;
  find(dispatchId: string): Promise<DashboardRow | undefined>;
  overview(): Promise<Overview>;
  /** At most `limit` of those that {@link list} would give, oldest first. */
  ids(filter: DispatchFilter, limit: number): Promise<readonly string[]>;
  /**
   * Nobody sees the dispatch any more, nor those of its sublattices; what it has stored stays. One that is under way is left as it
   * is. @returns false when nothing was removed
   */
  remove(dispatchId: string, at: number): Promise<boolean>;
  /** Undoes {@link remove}. @returns false when nothing was brought back */
  restore(dispatchId: string, at: number): Promise<boolean>;
}

export interface DispatchFilter {
  /** A part of the name or of the id, in any case. */
  readonly search?: string;
  readonly statuses?: readonly ShownStatus[];
}

export interface Ordering {
  readonly by: "runtime" | "status" | "started_at" | "ended_at" | "lattice_name";
  readonly descending: boolean;
}

export interface SubDispatchOrdering {
  readonly by: "runtime" | "total_electrons" | "lattice_name";
  readonly descending: boolean;
}

/** Times are as stored: `2022-08-01 09:00:00.000001`, in UTC. */
export interface DashboardRow {
  readonly dispatchId: string;
  readonly name: string;
  readonly status: ShownStatus;
  /** Until now while it has no end; `null` before the start. */
  readonly runtimeMs: number | null;
  readonly electrons: number;
  readonly completedElectrons: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly updatedAt: string | null;
}

export interface Overview {
  readonly counts: ReadonlyMap<ShownStatus, number>;
  /** Of the dispatch that changed last. */
  readonly latest: ShownStatus | null;
  /** Of all that have ended together. */
  readonly runtimeMs: number;
}
