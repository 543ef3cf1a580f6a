import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/free-port.ts";

const COVALENT = fileURLToPath(new URL("../../bin/covalent.js", import.meta.url));

/** A server of the built package with a home of its own, and what Python programs need to find it. */
export interface InteropServer extends Disposable {
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
}

/** @throws when it does not start, with what it said */
export async function startServer(python: string): Promise<InteropServer> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-interop-"));
  const home = join(directory, "home");
  const port = await freePort();
  const env: NodeJS.ProcessEnv = {
    ...withoutCovalent(process.env),
    HOME: home,
    COVALENT_SVC_PORT: String(port),
  };
  const config = join(home, ".config", "covalent");
  mkdirSync(config, { recursive: true });
  writeFileSync(
    join(config, "covalent.conf"),
    `[dispatcher]\nport = ${port}\npull_roots = [${JSON.stringify(tmpdir())}]\n` +
      `[executors.local]\npython = ${JSON.stringify(python)}\nworkers = 2\n`,
  );
  const covalent = (...parameters: readonly string[]) =>
    spawnSync(process.execPath, [COVALENT, ...parameters], { env, encoding: "utf8" });
  const { status, stdout, stderr } = covalent("start", "--port", String(port));
  env.COVALENT_COMMAND = `'${process.execPath}' '${COVALENT}'`;
  if (status !== 0) throw new Error(`the server did not start:\n${stdout}${stderr}`);
  return {
    env,
    directory,
    [Symbol.dispose]() {
      covalent("stop");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the developer's own Covalent is told must not reach this one. */
function withoutCovalent(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(COVALENT|XDG)_/.test(name)));
}
