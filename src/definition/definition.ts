/**
 * Where an electron or lattice was defined. Together these name a function in the same way in the client and in a worker that
 * has only the bundle: `<module>#<name>`, and `~2`, `~3`, ... for further definitions of one name in one module.
 */
export interface Definition {
  /**
   * In a client that runs the user's own files: the absolute path of the module. In a bundle: the module's path relative to the
   * bundle's root, with `/`.
   */
  readonly module: string;
  readonly name: string;
  /** 1 for the first definition of that name in that module. */
  readonly ordinal: number;
  /** True when the module is part of a bundle (in a worker, or under `covalent run`). */
  readonly bundled: boolean;
}

/** The id inside a bundle. `root` is the bundle's root directory, needed for definitions of a client. */
export type DefinitionId = string;
