import { leptonFault } from "./lepton-fault.ts";

/** What the bytes of an output are read as: `text` without the last line break, `lines` of it, `json`, or the `bytes` themselves. */
export type OutputKind = (typeof OUTPUT_KINDS)[number];

export const OUTPUT_KINDS = ["text", "lines", "json", "bytes"] as const;

/**
 * The value of an output.
 *
 * @param what it is called in messages
 * @throws {CovalentError} `LEPTON_OUTPUT` when it is no JSON, or too long to be a text
 */
export function outputAs(kind: OutputKind, bytes: Uint8Array, what: string): unknown {
  if (kind === "bytes") return new Uint8Array(bytes);
  const text = textOf(bytes, what);
  if (kind === "json") return parsed(text, what);
  const trimmed = text.replace(/\r?\n$/, "");
  if (kind === "text") return trimmed;
  return trimmed === "" ? [] : trimmed.split(/\r?\n/);
}

function textOf(bytes: Uint8Array, what: string): string {
  try {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  } catch (cause) {
    const reason = `${bytes.length} bytes are too long for a text`;
    const advice = 'Read it as "bytes", or write a file and give its path.';
    throw leptonFault("output", "LEPTON_OUTPUT", { what, reason, advice }, { cause });
  }
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = `it is no JSON: ${(cause as Error).message}`;
    throw leptonFault(
      "output",
      "LEPTON_OUTPUT",
      { what, reason, advice: "Print JSON and nothing else." },
      { cause },
    );
  }
}
