/** A command of the documentation, and what it says that the command prints. */
export interface Example {
  /** Without `covalent`. */
  readonly command: readonly string[];
  /** Lines; `…` stands for anything in a line, and alone on a line for any number of them. */
  readonly output: readonly string[];
}

/** The commands of a section's ```console blocks, in their order. */
export function examplesOf(page: string, section: string): Example[] {
  const start = page.indexOf(`\n## ${section}\n`);
  if (start === -1) throw new Error(`there is no section "${section}"`);
  const end = page.indexOf("\n## ", start + 1);
  const text = page.slice(start, end === -1 ? undefined : end);
  const blocks = [...text.matchAll(/```console\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ covalent /m)
      .slice(1)
      .map((example) => {
        const [command = "", ...output] = example.trimEnd().split("\n");
        return { command: command.trim().split(/\s+/), output };
      }),
  );
}

/** True when a text is what the lines say. */
export function matches(text: string, lines: readonly string[]): boolean {
  const pattern = lines.map((line) => (line === "…" ? "(?:.*\n)*" : `${escaped(line)}\n`)).join("");
  return new RegExp(`^${pattern}$`).test(text);
}

function escaped(line: string): string {
  return line
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}
