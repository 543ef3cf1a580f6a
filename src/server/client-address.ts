import type { FastifyRequest } from "fastify";
import { type ObjectName, objectNameOf } from "./object-names.ts";
import type { Services } from "./services.ts";

/**
 * Makes the addresses a client is told to fetch and put assets at. They begin with the name it reached the server by, which may be
 * another than the server's own (a tunnel, a container's port).
 */
export function addressMaker(
  request: FastifyRequest,
  { url }: Services,
): (name: ObjectName) => string | undefined {
  const host = /^[\w.:[\]-]+$/.test(request.host) ? `${request.protocol}://${request.host}` : url();
  return (name) => {
    const path = objectNameOf(name);
    return path === undefined ? undefined : `${host}/api/v0/files/${path}`;
  };
}
