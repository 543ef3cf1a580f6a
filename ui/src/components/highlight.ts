import hljs from "highlight.js/lib/core";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";

hljs.registerLanguage("python", python);
hljs.registerLanguage("typescript", typescript);

/** A part of a text in one colour. */
export interface Part {
  readonly key: number;
  readonly text: string;
  readonly className: string;
}

const COLORS: Readonly<Record<string, string>> = {
  "hljs-keyword": "text-accent",
  "hljs-built_in": "text-running",
  "hljs-string": "text-completed",
  "hljs-number": "text-cancelled",
  "hljs-literal": "text-cancelled",
  "hljs-comment": "text-faint italic",
  "hljs-title": "text-running",
  "hljs-meta": "text-cancelled",
};

/** The parts of a text whose language is told from itself. Nothing of it becomes markup of the page. */
export function highlight(text: string): readonly Part[] {
  const { value } = hljs.highlightAuto(text, ["python", "typescript"]);
  const parsed = new DOMParser().parseFromString(value, "text/html");
  const walker = parsed.createTreeWalker(parsed.body, NodeFilter.SHOW_TEXT);
  const parts: Part[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const classes = [...(node.parentElement?.classList ?? [])];
    const className = COLORS[classes.find((name) => name in COLORS) ?? ""] ?? "";
    parts.push({ key: parts.length, text: node.textContent ?? "", className });
  }
  return parts;
}
