/** The configuration as the server shows it, and lets some of it be changed. */
export interface SettingsControl {
  /** Values by section and key, e.g. `executors.local.workers`; secrets are left out. */
  sections(): Readonly<Record<string, unknown>>;
  /** Every setting, in the schema's order. */
  list(): readonly ShownSetting[];
  /**
   * Sets a key such as `sdk.log_level` in the configuration file; it takes effect with the next start.
   *
   * @throws {CovalentError} `CONFIG_UNKNOWN_KEY`, `USAGE` for a wrong value
   */
  set(key: string, text: string): Promise<void>;
}

/** A setting with what is known of it. */
export interface ShownSetting {
  /** `executors.local.workers` */
  readonly key: string;
  /** What is in force, as it is given on the command line; `null` for secrets. */
  readonly value: string | null;
  /** Where that comes from: nowhere, the file, a variable of the environment or an option of the command, by its path or name. */
  readonly origin: { readonly from: "default" | "file" | "env" | "flag"; readonly name?: string };
  /** What is in force from the next start on, where that is something else. */
  readonly next: string | null;
  readonly about: string;
  /** What a value must be. */
  readonly wanted: string;
  /** The values that there are, where they are few. */
  readonly choices: readonly string[] | null;
  /** Why it is not changed over the network; `null` where it is. */
  readonly locked: string | null;
}
