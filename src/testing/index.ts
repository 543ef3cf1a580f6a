/**
 * For people who test their own workflows: `import { withServer } from "covalent-ts/testing"`.
 */
export { startServer, type TestServer, type TestServerOptions, withServer } from "./server.ts";
