import { define } from "./error-entry.ts";

/** Errors of exporting dispatches, importing and removing them. Part of the table in errors.ts. */
export const ARCHIVE_ERRORS = define({
  ARCHIVE_INVALID: {
    message: "this is not the file of an exported dispatch: {reason}",
    hint: "Nothing was imported. Export the dispatch again with `covalent export`, and copy the file as it is.",
    http: 422,
  },
  ARCHIVE_VERSION: {
    message: "the file has format {format}, this Covalent reads {supported}",
    hint: "It was written by a newer Covalent: install that one. Nothing was imported.",
    http: 422,
  },
  ARCHIVE_CONFLICT: {
    message: "dispatch {dispatchId} cannot be imported: {reason}",
    hint: "{advice}",
    http: 409,
  },
  PURGE_NOT_DELETED: {
    message: "dispatch {dispatchId} cannot be removed for good: it is not deleted, or belongs to another one",
    hint: "Delete it first; the dispatch of a sublattice goes with the one that it belongs to.",
    http: 409,
  },
  EXPORT_NOT_ENDED: {
    message: "dispatch {dispatchId} is {status}: it can be exported once it has ended",
    hint: "Wait for its end (`covalent result ID --wait`), or cancel it.",
    http: 409,
  },
});
