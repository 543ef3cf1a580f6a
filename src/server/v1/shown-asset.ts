import { isUtf8 } from "node:buffer";
import { buffer } from "node:stream/consumers";
import type { AssetRecord } from "../../database/repositories/asset-repository.ts";
import type { ObjectName } from "../object-names.ts";
import { type BytesBeginning, beginningOfOldFile, oldFileOf } from "../old-file.ts";
import { composedHooks } from "../old-hooks.ts";
import type { Services } from "../services.ts";
import { type PythonObject, pickleSource, readPythonObject } from "./python-object.ts";

/** Of anything larger only the beginning is shown: nobody reads more on a page. */
const SHOWN = 1024 * 1024;

/** A stored value as the original's web UI shows it: for people, and as Python source that makes it again. */
export interface ShownAsset {
  readonly data: string | null;
  readonly python_object: string | null;
}

const NOTHING_SHOWN: ShownAsset = { data: null, python_object: null };

/** A source or a log. `null` when there is none. */
export async function shownText(name: ObjectName, services: Services): Promise<string | null> {
  const { asset, beginning } = await beginningOf(name, services);
  if (beginning === undefined) return null;
  if (asset?.codec === "value" || asset?.codec === "template") return asset.text;
  return wholeCharacters(beginning);
}

/** A value that a task took or gave. */
export async function shownValue(name: ObjectName, services: Services): Promise<ShownAsset> {
  const { asset, beginning } = await beginningOf(name, services);
  if (asset === undefined || beginning === undefined) return NOTHING_SHOWN;
  const python = pythonObjectOf(asset, beginning);
  if (python !== undefined) {
    const { text, pickle } = python;
    return { data: JSON.stringify(text), python_object: pickle === undefined ? null : pickleSource(pickle) };
  }
  if (asset.codec === "text") return { data: wholeCharacters(beginning), python_object: null };
  return { data: asset.text, python_object: null };
}

/** A value in the words of `str()`, or of the description that was stored with it. */
export async function valueText(name: ObjectName, services: Services): Promise<string | null> {
  const { asset, beginning } = await beginningOf(name, services);
  if (asset === undefined || beginning === undefined) return null;
  return pythonObjectOf(asset, beginning)?.text ?? asset.text;
}

/** The hooks, also those that the original kept in several files. */
export async function shownHooks(name: ObjectName, services: Services): Promise<string | null> {
  return (await shownText(name, services)) ?? (await composedHooks(name, services)) ?? null;
}

function pythonObjectOf({ codec }: AssetRecord, { bytes, size }: BytesBeginning): PythonObject | undefined {
  return codec === "pickle" ? readPythonObject(bytes, size) : undefined;
}

interface Beginning {
  readonly asset: AssetRecord | undefined;
  readonly beginning: BytesBeginning | undefined;
}

async function beginningOf(name: ObjectName, services: Services): Promise<Beginning> {
  const { database, store } = services;
  const asset = await database.assets.find(name.dispatchId, name.nodeId, name.key);
  const oldFile = oldFileOf(asset, name, services);
  if (oldFile !== undefined) return { asset, beginning: await beginningOfOldFile(oldFile, SHOWN) };
  if (asset === undefined || asset.digest === null) return { asset, beginning: undefined };
  if (asset.inline !== undefined) {
    const bytes = Buffer.from(asset.inline);
    return { asset, beginning: { size: bytes.length, bytes: bytes.subarray(0, SHOWN) } };
  }
  const size = await store.size(asset.digest);
  if (size === undefined) return { asset, beginning: undefined };
  if (size === 0) return { asset, beginning: { size, bytes: Buffer.alloc(0) } };
  const bytes = await buffer(await store.read(asset.digest, { start: 0, end: Math.min(size, SHOWN) }));
  return { asset, beginning: { size, bytes } };
}

/** UTF-8 without a character that is cut in two at the end; what is no text is nothing to show. */
function wholeCharacters({ bytes, size }: BytesBeginning): string | null {
  for (let cut = 0; cut < (bytes.length < size ? 4 : 1); cut++) {
    const part = bytes.subarray(0, bytes.length - cut);
    if (isUtf8(part)) return part.toString("utf8");
  }
  return null;
}
