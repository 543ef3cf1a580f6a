/** The bounds within which the server accepts requests. Sizes are bytes, durations milliseconds. */
export interface ServerLimits {
  /** A manifest sent as one JSON body. It has to fit one JavaScript string. */
  readonly manifestBytes: number;
  /** From this size on a JSON manifest is parsed in a thread of its own. */
  readonly threadBytes: number;
  /** One line of a streamed manifest. */
  readonly lineBytes: number;
  /** From this size on the answer to a batch read ends; a single asset may be larger. */
  readonly readBytes: number;
  /** How many digests that unstarted dispatches wait for are remembered; the others are read again at the start. */
  readonly awaitedDigests: number;
  /** What may wait in the server for one reader of events; behind that, it reads from the database at its own pace. */
  readonly eventBufferBytes: number;
  /** How long a reader of events may leave that full before it is dropped. */
  readonly slowReaderMs: number;
  /** The pause between signs of life on an idle event stream. */
  readonly heartbeatMs: number;
}

export const DEFAULT_LIMITS: ServerLimits = Object.freeze({
  manifestBytes: 384 * 1024 * 1024,
  threadBytes: 256 * 1024,
  lineBytes: 8 * 1024 * 1024,
  readBytes: 16 * 1024 * 1024,
  awaitedDigests: 100_000,
  eventBufferBytes: 1024 * 1024,
  slowReaderMs: 10_000,
  heartbeatMs: 15_000,
});
