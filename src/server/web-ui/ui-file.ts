/** A file as it is answered. */
export interface UiFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Absent where it would save nothing. */
  readonly gzipped?: Buffer;
  readonly cacheControl: string;
}
