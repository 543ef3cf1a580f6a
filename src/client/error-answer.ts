import { CovalentError, ERRORS, type ErrorCode, type ErrorDetails } from "../model/errors.ts";

/** The error in a server's answer: its own when the code is known, else `SERVER_ERROR` with what it said. */
export function errorFromAnswer(request: string, status: number, body: Uint8Array): CovalentError {
  const text = Buffer.from(body).toString("utf8");
  const said = parse(text);
  if (typeof said.code === "string" && Object.hasOwn(ERRORS, said.code)) {
    return new CovalentError(said.code as ErrorCode, (said.details ?? {}) as ErrorDetails);
  }
  const reason = [said.detail, said.message, text.slice(0, 500)].find(
    (part) => typeof part === "string" && part !== "",
  );
  return new CovalentError("SERVER_ERROR", { status, request, reason: String(reason ?? "nothing") });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
