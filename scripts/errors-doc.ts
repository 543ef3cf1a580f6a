import { readFileSync, writeFileSync } from "node:fs";
import { ERRORS } from "../src/model/errors.ts";

/**
 * Writes docs/errors.md from the table in src/model/errors.ts; with `--check` it only says whether the page is up to date.
 */

const PAGE = new URL("../docs/errors.md", import.meta.url);

const INTRODUCTION = `# Errors

Every error has a code, a message that names what it is about, and mostly a hint that says what to do. In a program it is a
\`CovalentError\` with the properties \`code\`, \`message\`, \`hint\` and \`details\`; the server answers with the HTTP status
below and the same fields as JSON; the \`covalent\` command prints message and hint. Words in braces stand for details.

What happens to a task while it runs (it throws, runs out of time, its worker dies) is not an error but a *failure*: it is stored
with the node and shown by \`covalent show\` and \`result.error\`.

This page is generated from \`src/model/errors.ts\` by \`npm run docs\`.
`;

function page(): string {
  const sections = Object.entries(ERRORS).map(
    ([code, entry]: [string, { message: string; hint?: string; http: number }]) => {
      const hint = entry.hint === undefined ? "" : `\n\nWhat to do: ${escaped(entry.hint)}`;
      return `\n## ${code}\n\nHTTP ${entry.http}. ${escaped(entry.message)}${hint}\n`;
    },
  );
  return INTRODUCTION + sections.join("");
}

/** Braces and angle brackets are text here, never markup. */
function escaped(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const wanted = page();
if (!process.argv.includes("--check")) {
  writeFileSync(PAGE, wanted);
} else if (wanted !== currentPage()) {
  console.log("docs/errors.md does not mirror src/model/errors.ts: run `npm run docs`.");
  process.exitCode = 1;
}

function currentPage(): string | undefined {
  try {
    return readFileSync(PAGE, "utf8");
  } catch {
    return undefined;
  }
}
