/**
 * Idempotency keys: of all requests with one key the first is carried out, and the others are answered with its dispatch. A key
 * says "the same again", so that a request for something else is refused: it would be told of a dispatch that it never asked for.
 */
import type { DispatchRepository, DispatchSummary } from "../../database/repositories/dispatch-repository.ts";
import { CovalentError } from "../../model/errors.ts";
import type { ManifestHeader } from "../../model/manifest.ts";
import { comparableSlices } from "./comparable-slices.ts";
import { ManifestFingerprint } from "./manifest-fingerprint.ts";
import type { ManifestPart } from "./manifest-lines.ts";

/** A dispatch that was registered with a key. */
export interface Earlier {
  readonly dispatchId: string;
  readonly rootDispatchId: string;
}

/** The dispatch that was registered with a key; `undefined` without one. */
export async function registeredWith(
  key: string | null | undefined,
  dispatches: DispatchRepository,
): Promise<Earlier | undefined> {
  const dispatchId = key ? await dispatches.withKey(key) : undefined;
  if (dispatchId === undefined) return undefined;
  const rootDispatchId = (await dispatches.summary(dispatchId))?.root_dispatch_id ?? dispatchId;
  return { dispatchId, rootDispatchId };
}

/** What is asked for with a key, as it arrives. */
export class KeyedRequest {
  readonly #key: string;
  readonly #header: ManifestHeader;
  readonly #redispatchOf: string | null;
  readonly #fingerprint: ManifestFingerprint;

  /** @param redispatchOf the dispatch that it repeats */
  constructor(key: string, header: ManifestHeader, redispatchOf: string | null) {
    this.#key = key;
    this.#header = header;
    this.#redispatchOf = redispatchOf;
    this.#fingerprint = new ManifestFingerprint(header.lattice.metadata.language);
  }

  add(part: ManifestPart): void {
    if (part.kind === "nodes") this.#fingerprint.addManifest(part.nodes);
    else if (part.kind === "links") this.#fingerprint.addManifestLinks(part.links);
  }

  /**
   * To be called once all of it is there.
   *
   * @throws {CovalentError} `IDEMPOTENCY_KEY_REUSED` when the dispatch that has the key is another one
   */
  async assertSame({ dispatchId }: Earlier, dispatches: DispatchRepository): Promise<void> {
    const { name, language } = this.#header.lattice.metadata;
    const given = this.#fingerprint.digest();
    const summary = await dispatches.summary(dispatchId);
    // Deleted meanwhile: whoever asks for it is told so.
    if (summary === undefined) return;
    const refuse = (difference: string): never => refused(this.#key, dispatchId, difference);
    assertRepeats(summary, this.#redispatchOf, refuse);
    if (summary.name !== name) refuse(`it runs lattice ${summary.name}, and this is ${name}`);
    if (summary.language !== language)
      refuse(`it is written in ${summary.language}, and this in ${language}`);
    const stored = new ManifestFingerprint(language);
    for await (const slice of comparableSlices(dispatchId, dispatches)) stored.addStored(slice);
    if (stored.digest() !== given) refuse(`its run of ${name} has another graph, other inputs or other code`);
  }
}

/**
 * The same of a redispatch without a manifest.
 *
 * @throws {CovalentError} `IDEMPOTENCY_KEY_REUSED`
 */
export async function assertSameRepetition(
  key: string,
  of: string,
  { dispatchId }: Earlier,
  dispatches: DispatchRepository,
): Promise<void> {
  const summary = await dispatches.summary(dispatchId);
  if (summary !== undefined) assertRepeats(summary, of, (difference) => refused(key, dispatchId, difference));
}

function assertRepeats(
  { redispatch_of: repeats }: DispatchSummary,
  wanted: string | null,
  refuse: (difference: string) => never,
): void {
  if (repeats === wanted) return;
  const said = (of: string | null) => (of === null ? "repeats none" : `repeats dispatch ${of}`);
  refuse(`it ${said(repeats)}, and this ${said(wanted)}`);
}

function refused(key: string, dispatchId: string, difference: string): never {
  throw new CovalentError("IDEMPOTENCY_KEY_REUSED", { key: JSON.stringify(key), dispatchId, difference });
}
