import { CovalentError } from "../model/errors.ts";
import { type SerializedPayload, serialize } from "../serialization/serialize.ts";

/**
 * What an electron returned, as bytes.
 *
 * @throws {CovalentError} `UNSERIALIZABLE` that names the electron and the path inside its result
 */
export function serializeResult(value: unknown, electron: string): SerializedPayload {
  try {
    return serialize(value);
  } catch (error) {
    if (!(error instanceof CovalentError) || error.code !== "UNSERIALIZABLE") throw error;
    const { path = "" } = error.details;
    const place = path === "" ? "" : `, value${path},`;
    const details = { ...error.details, what: `the result of ${electron}${place}` };
    throw new CovalentError(
      "UNSERIALIZABLE",
      details,
      error.cause === undefined ? {} : { cause: error.cause },
    );
  }
}
