/** The configuration as the server shows it, and lets some of it be changed. */
export interface SettingsControl {
  /** Values by section and key, e.g. `executors.local.workers`; secrets are left out. */
  sections(): Readonly<Record<string, unknown>>;
  /**
   * Sets a key such as `sdk.log_level` in the configuration file; it takes effect with the next start.
   *
   * @throws {CovalentError} `CONFIG_UNKNOWN_KEY`, `USAGE` for a wrong value
   */
  set(key: string, text: string): Promise<void>;
}
