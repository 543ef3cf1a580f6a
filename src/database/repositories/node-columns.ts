import type { NodeOptions } from "../../model/manifest.ts";
import { nodeOptionsSchema } from "../../model/manifest.ts";
import { NODE_TYPES, type NodeType, nodeTypeOfName } from "../../model/node.ts";
import { PAYLOAD_CODECS, type PayloadCodec } from "../../model/payload.ts";
import { LEGACY_STATUSES, STATUSES, type Status } from "../../model/status.ts";
import { parseJson } from "./json.ts";
import { toText } from "./old-values.ts";

/** How columns that hold words of the domain are read. The values of old databases may be words that there are no longer. */

const STATUS_OF = wordsOf(STATUSES);
const TYPE_OF = wordsOf(NODE_TYPES);
const CODEC_OF = wordsOf(PAYLOAD_CODECS);

/** The one text of each word: those of rows are all others, and would be kept for each of a graph's nodes. */
function wordsOf<Word extends string>(words: readonly Word[]): ReadonlyMap<string, Word> {
  return new Map(words.map((word) => [word, word]));
}

/** A status for manifests. The postprocessing of old databases is the end of a run that had not ended yet, or that failed. */
export function toStatus(text: string): Status {
  return STATUS_OF.get(text) ?? (text === "POSTPROCESSING_FAILED" ? "FAILED" : "RUNNING");
}

/** A status as it is stored, if there ever was such a status. */
export function toShownStatus(text: string): Status | (typeof LEGACY_STATUSES)[number] {
  return LEGACY_STATUSES.find((status) => status === text) ?? toStatus(text);
}

export function toNodeType(text: string, name: string): NodeType {
  return TYPE_OF.get(text) ?? nodeTypeOfName(toText(name));
}

/** What the original stored are pickles, unless its name says otherwise. */
export function toCodec(text: string | null): PayloadCodec {
  return (text === null ? undefined : CODEC_OF.get(text)) ?? "pickle";
}

export function toOptions(json: string | null): NodeOptions {
  if (json === null) return {};
  return nodeOptionsSchema.safeParse(parseJson(json) ?? {}).data ?? {};
}

/** `undefined` where there are none, or none that can be read. */
export function toTags(json: string | null): string[] | undefined {
  const tags = parseJson(json);
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") ? tags : undefined;
}

export function toKey(json: string | null): string | number | null {
  const key = parseJson(json);
  return typeof key === "string" || typeof key === "number" ? key : null;
}

/** Bytes; `null` when nobody knows. Old databases hold numbers of any kind here. */
export function toSize(value: unknown): number | null {
  const size = typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  return size >= 0 ? Math.trunc(size) : null;
}
