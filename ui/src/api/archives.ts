import { saveBlob } from "../graph/export/save.ts";
import { fetchBytes, ServerError } from "./client.ts";
import { refuseToken, token } from "./token.ts";

/** Hands the reader all of a dispatch as one file. Where no token is needed, the browser writes it to the disk as it comes. */
export async function downloadDispatch(dispatchId: string): Promise<void> {
  const path = `/api/v2/dispatches/${encodeURIComponent(dispatchId)}/archive`;
  const name = `covalent-${dispatchId.slice(0, 8)}.tar.gz`;
  if (token() !== undefined) return saveBlob(await (await fetchBytes(path)).blob(), name);
  const link = document.createElement("a");
  link.href = path;
  link.download = name;
  link.click();
}

/** What an import gave. */
export interface ImportedDispatch {
  readonly dispatch_id: string;
  readonly name: string;
  /** False: it was there already. */
  readonly imported: boolean;
}

/** @throws {ServerError} for what is not the file of an exported dispatch */
export async function importDispatch(file: File): Promise<ImportedDispatch> {
  const given = token();
  const response = await fetch("/api/v2/archives", {
    method: "POST",
    body: file,
    headers: {
      "content-type": "application/gzip",
      ...(given !== undefined && { authorization: `Bearer ${given}` }),
    },
  });
  if (response.status === 401) refuseToken(given);
  if (!response.ok) throw new ServerError(response.status, await response.json().catch(() => ({})));
  return (await response.json()) as ImportedDispatch;
}
