import { CovalentError } from "../../model/errors.ts";

/**
 * Loads the driver of a database server, an optional peer.
 *
 * @example
 * const { Client } = await loadDriver("pg", () => import("pg"));
 * @throws {CovalentError} `TRIGGER_DRIVER_MISSING`
 */
export async function loadDriver<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new CovalentError("TRIGGER_DRIVER_MISSING", { package: name });
  }
}

/** The package itself, and not something that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" && String(error).includes(`'${name.split("/")[0]}'`);
}
