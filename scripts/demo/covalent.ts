import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** For commands that a Ctrl-C must not cut short: they leave the server either running or stopped. */
export const UNINTERRUPTED = { detached: true, limitMs: 70_000 };

export interface CommandOptions {
  /** Its own process group: a Ctrl-C does not reach it. */
  readonly detached?: boolean;
  /** Ended after this time, instead of when we are interrupted. */
  readonly limitMs?: number;
  /** Give standard output back instead of showing it. */
  readonly quiet?: boolean;
}

/** Runs a `covalent` command as a user would who has a home of their own. */
export type Covalent = (parameters: readonly string[], options?: CommandOptions) => Promise<string>;

/** Commands in a home. They end when `interrupted` says so, unless they have a limit of their own. */
export function covalentIn(home: string, interrupted: AbortSignal): Covalent {
  return async (parameters, { detached = false, limitMs, quiet = false } = {}) => {
    const signal = limitMs === undefined ? interrupted : AbortSignal.timeout(limitMs);
    signal.throwIfAborted();
    if (!quiet) console.log(`\n$ covalent ${parameters.map(quoted).join(" ")}`);
    const child = spawn(process.execPath, [join(ROOT, "bin/covalent.js"), ...parameters], {
      cwd: ROOT,
      env: environmentOf(home),
      stdio: ["ignore", quiet ? "pipe" : "inherit", "inherit"],
      detached,
      signal,
    });
    const [[code], output] = await Promise.all([
      once(child, "close"),
      child.stdout === null ? "" : text(child.stdout),
    ]);
    if (code !== 0) throw new Error(`\`covalent ${parameters[0]}\` ended with exit code ${code}. ${output}`);
    return output;
  };
}

/** The environment of a user who has this home and no configuration. */
function environmentOf(home: string): NodeJS.ProcessEnv {
  const foreign = /^(XDG_|COVALENT_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(inherited), HOME: home, USERPROFILE: home };
}

/** As it would be typed into a shell. */
function quoted(parameter: string): string {
  return /^[\w./:=-]+$/.test(parameter) ? parameter : `'${parameter}'`;
}
