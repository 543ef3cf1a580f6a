import { archivedDispatches, archivedEdges, archivedNodes } from "./archive-reading.ts";
import type { ArchiveRepository } from "./archive-repository.ts";
import { createImports } from "./archive-writing.ts";
import type { RegistrationOptions } from "./registration.ts";

export function createArchiveRepository(options: RegistrationOptions): ArchiveRepository {
  const { db } = options;
  return {
    dispatches: (dispatchId) => archivedDispatches(db, dispatchId),
    nodes: (of, page) => archivedNodes(db, of, page),
    edges: (of, page) => archivedEdges(db, of, page),
    begin: createImports(options),
    async standing(dispatchId) {
      const row = await db
        .selectFrom("lattices")
        .select(["is_active", "registering"])
        .where("dispatch_id", "=", dispatchId)
        .executeTakeFirst();
      if (row === undefined) return "free";
      if (row.registering !== null) return "registering";
      return row.is_active === 1 ? "visible" : "deleted";
    },
  };
}
