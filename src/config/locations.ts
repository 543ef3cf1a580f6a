import { homedir } from "node:os";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The directories that defaults start from. */
export interface Locations {
  readonly home: string;
  readonly cwd: string;
  /** Holds `covalent.conf`. */
  readonly config: string;
  readonly cache: string;
  readonly data: string;
}

/**
 * Where the files of this user are.
 *
 * `COVALENT_CONFIG_DIR` and `XDG_CONFIG_DIR` (the original's name) are the directory of `covalent.conf` itself, as the original
 * reads them; the `XDG_*_HOME` variables are the parents of a `covalent` directory.
 */
export function locationsOf(env: Environment): Locations {
  const home = given(env, "HOME") ?? homedir();
  const below = (variable: string, ...otherwise: string[]): string =>
    join(given(env, variable) ?? join(home, ...otherwise), "covalent");
  return {
    home,
    cwd: process.cwd(),
    config:
      given(env, "COVALENT_CONFIG_DIR") ??
      given(env, "XDG_CONFIG_DIR") ??
      below("XDG_CONFIG_HOME", ".config"),
    cache: given(env, "COVALENT_CACHE_DIR") ?? below("XDG_CACHE_HOME", ".cache"),
    data: below("XDG_DATA_HOME", ".local", "share"),
  };
}

/** A variable's text; an empty one counts as unset. */
export function given(env: Environment, name: string): string | undefined {
  return env[name] === "" ? undefined : env[name];
}
