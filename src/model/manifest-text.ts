import type { ManifestLine } from "./manifest.ts";

/** Characters of nodes or links in one line: small enough that the server begins while the client still writes, large enough to cost nothing. */
const LINE = 64 * 1024;

/** The text of a streamed manifest. Lines with many nodes or links are divided, however the caller has cut them. */
export async function* manifestText(
  lines: AsyncIterable<ManifestLine> | Iterable<ManifestLine>,
): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.kind === "nodes") yield* divided("nodes", line.nodes);
    else if (line.kind === "links") yield* divided("links", line.links);
    else yield `${JSON.stringify(line)}\n`;
  }
}

function* divided(kind: "nodes" | "links", items: readonly object[]): Generator<string> {
  let texts: string[] = [];
  let size = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    texts.push(text);
    size += text.length;
    if (size < LINE) continue;
    yield lineOf(kind, texts);
    texts = [];
    size = 0;
  }
  if (texts.length > 0) yield lineOf(kind, texts);
}

function lineOf(kind: "nodes" | "links", texts: readonly string[]): string {
  return `{"kind":"${kind}","${kind}":[${texts.join(",")}]}\n`;
}
