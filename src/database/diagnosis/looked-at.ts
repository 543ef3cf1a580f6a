import { existsSync } from "node:fs";
import { CovalentError } from "../../model/errors.ts";
import { faultKind, messageOf } from "../dialects/sqlite/fault.ts";
import { type Look, openLook } from "../dialects/sqlite/look.ts";
import { ownerName, partialFile } from "../maintenance/partial-files.ts";
import { refuseUnreadable } from "../maintenance/refusals.ts";
import { type Diagnosis, diagnose, diagnoseFault } from "./diagnosis.ts";
import type { Reader } from "./sql.ts";

/**
 * Diagnoses a file, damaged ones included.
 *
 * @param examine how thoroughly: `diagnoseBriefly` reads little
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE` when it may not be read
 */
export async function diagnosedFile(
  path: string,
  examine: (reader: Reader) => Diagnosis = diagnose,
): Promise<Diagnosis> {
  try {
    return await lookedAt(path, ({ connection }) => examine(connection));
  } catch (error) {
    if (error instanceof CovalentError && error.code === "DATABASE_UNUSABLE" && error.cause !== undefined)
      return asDiagnosis(error);
    throw error;
  }
}

/** A file that cannot even be opened as a database is damaged, or is none. */
function asDiagnosis(error: CovalentError): Diagnosis {
  try {
    return diagnoseFault(error.cause);
  } catch {
    throw error;
  }
}

/**
 * Opens a database for looking, hands it to `work` and closes it again, whatever happens: the file is what it was, and nothing lies
 * beside it that was not there.
 *
 * @throws {CovalentError} `DATABASE_NOT_FOUND`, `DATABASE_BUSY`, `DATABASE_UNUSABLE`; whatever `work` throws
 */
export async function lookedAt<T>(path: string, work: (look: Look) => T | Promise<T>): Promise<T> {
  // To open a named pipe would be to wait for somebody who writes into it.
  refuseUnreadable(path);
  if (!existsSync(path)) throw new CovalentError("DATABASE_NOT_FOUND", { path });
  try {
    const look = openLook(path, partialFile(path, "look", ownerName()));
    try {
      return await work(look);
    } finally {
      look.close();
    }
  } catch (error) {
    if (error instanceof CovalentError) throw error;
    if (faultKind(error) === "busy") throw new CovalentError("DATABASE_BUSY", { path }, { cause: error });
    const advice = "Check the file, its directory and their permissions. The file was not touched.";
    throw new CovalentError(
      "DATABASE_UNUSABLE",
      { path, reason: messageOf(error), advice },
      { cause: error },
    );
  }
}
