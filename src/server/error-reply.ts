import type { FastifyReply, FastifyRequest } from "fastify";
import { CovalentError, type ErrorDetails, httpStatusOf } from "../model/errors.ts";
import type { Logger } from "../model/logger.ts";

/** The body of every answer that is an error (but for the one the original's clients know by its own shape). */
export interface ErrorBody {
  readonly detail: string;
  readonly code: string;
  readonly hint?: string;
  /** What the message was made of, so that our client can make the same error of it. */
  readonly details: ErrorDetails;
}

/** The one place where an error becomes an answer. What nobody foresaw is logged, and its words stay in the log. */
export function errorReply(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, known } = understand(error, request, logger);
    if (status === 401) reply.header("www-authenticate", "Bearer");
    // Closed at once, the connection would break while the client still sends, and the answer be lost: discardLeftovers() closes it.
    if (status === 413) reply.removeHeader("connection");
    return reply.code(status).send(bodyOf(known));
  };
}

function understand(error: unknown, request: FastifyRequest, logger: Logger) {
  if (error instanceof CovalentError) return { status: httpStatusOf(error.code), known: error };
  const status = refusalOf(error);
  if (status === 413)
    return {
      status,
      known: new CovalentError("REQUEST_TOO_LARGE", { limit: request.routeOptions.bodyLimit ?? 0 }),
    };
  if (status !== undefined)
    return { status, known: new CovalentError("INVALID_ARGUMENT", { reason: (error as Error).message }) };
  if (clientLeft(error, request)) {
    logger.debug(
      { err: error, method: request.method, url: request.url },
      "a client left before its request was complete",
    );
    const reason = "the request ended before it was complete";
    return { status: 400, known: new CovalentError("INVALID_ARGUMENT", { reason }) };
  }
  logger.error({ err: error, method: request.method, url: request.url }, "a request failed unexpectedly");
  const known = new CovalentError("INTERNAL", {
    reason: `${request.method} ${request.url} failed unexpectedly`,
  });
  return { status: 500, known };
}

/** True when nobody waits for the answer, and that is why it failed. */
function clientLeft(error: unknown, { raw }: FastifyRequest): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return raw.destroyed && !raw.complete && (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE");
}

/** The status of an error by which Fastify itself refuses a request: bad JSON, a bad address, a value the schema forbids. */
function refusalOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("validation" in error) return 422;
  const status = "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

function bodyOf(error: CovalentError): ErrorBody {
  const { message: detail, code, hint, details } = error;
  return { detail, code, ...(hint !== undefined && { hint }), details };
}
