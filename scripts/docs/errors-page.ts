import { ERRORS } from "../../src/model/errors.ts";

const INTRODUCTION = `# Errors

Every error has a code, a message that names what it is about, and mostly a hint that says what to do. In a program it is a
\`CovalentError\` with the properties \`code\`, \`message\`, \`hint\` and \`details\`; the server answers with the HTTP status
below and the same fields as JSON; the \`covalent\` command prints message and hint. Words in braces stand for details.

What happens to a task while it runs (it throws, runs out of time, its worker dies) is not an error but a *failure*: it is stored
with the node and shown by \`covalent show\` and \`result.error\`.

This page is generated from \`src/model/errors.ts\` by \`npm run docs\`.
`;

interface Entry {
  readonly message: string;
  readonly hint?: string;
  readonly http: number;
}

/** docs/errors.md: every code with its status, message and hint. */
export function errorsPage(): string {
  const sections = Object.entries<Entry>(ERRORS).map(([code, { message, hint, http }]) => {
    const advice = hint === undefined ? "" : `\n\nWhat to do: ${escaped(hint)}`;
    return `\n## ${code}\n\nHTTP ${http}. ${escaped(message)}${advice}\n`;
  });
  return INTRODUCTION + sections.join("");
}

/** Angle brackets are text here, never markup. */
function escaped(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
