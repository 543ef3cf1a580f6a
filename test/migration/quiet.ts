import { availableBytes } from "../../src/database/maintenance/disk-space.ts";
import type { MigrationRequest } from "../../src/database/maintenance/migration-request.ts";
import { NOBODY } from "../../src/database/maintenance/observer.ts";
import { ownerName } from "../../src/database/maintenance/partial-files.ts";
import type { Surroundings } from "../../src/database/maintenance/surroundings.ts";

/** A migration's request and surroundings for tests that run it in their own thread. */

export function requestFor(path: string, given: Partial<MigrationRequest> = {}): MigrationRequest {
  return {
    path,
    direction: "upgrade",
    to: "head",
    planOnly: false,
    dryRun: false,
    backup: true,
    backupsKept: 10,
    onViolation: "refuse",
    orphans: false,
    store: null,
    commandOptions: "",
    ...given,
  };
}

export function quiet(given: Partial<Surroundings> = {}): Surroundings {
  return {
    report: NOBODY,
    owner: ownerName(),
    confirm: async () => true,
    serverRunning: async () => undefined,
    interrupted: () => false,
    availableBytes,
    ...given,
  };
}
