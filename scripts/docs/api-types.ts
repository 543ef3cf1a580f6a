import openapiTypes, { astToString, type OpenAPI3 } from "openapi-typescript";
import { startServer } from "../../src/testing/server.ts";

/** The types of the server's HTTP interface for the web UI, from the document that a real server makes of its routes. */
export async function apiTypes(): Promise<string> {
  const server = await startServer({ workers: 1 });
  try {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenAPI3;
    document.info.version = "";
    const types = astToString(await openapiTypes(document, { alphabetize: true, emptyObjectsUnknown: true }));
    return `// Made of the server's routes by scripts/generate-docs.ts; not to be edited.\n\n${types}`;
  } finally {
    await server.close();
  }
}
