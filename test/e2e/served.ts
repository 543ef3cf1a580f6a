import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type TestServer } from "covalent-ts/testing";
import { afterAll, beforeAll } from "vitest";

/** What the tests of one file share: a server with real workers, and a directory in which tasks write down what they do. */
export interface Served {
  readonly server: TestServer;
  readonly scratch: string;
}

/** To be called at the top level of a test file: it is there when the first test begins, and gone after the last one. */
export function served(): Served {
  const there: { server?: TestServer; scratch?: string } = {};
  beforeAll(async () => {
    there.scratch = await mkdtemp(join(tmpdir(), "covalent-e2e-"));
    there.server = await startServer();
  });
  afterAll(async () => {
    await there.server?.close();
    if (there.scratch !== undefined) await rm(there.scratch, { recursive: true, force: true });
  });
  return {
    get server() {
      return started(there.server);
    },
    get scratch() {
      return started(there.scratch);
    },
  };
}

function started<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("it is there from the first test on");
  return thing;
}
