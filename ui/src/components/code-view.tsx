import { useQuery } from "@tanstack/react-query";
import { Verbatim } from "./section.tsx";

/** Code with its words coloured; plain until what colours it has been loaded. */
export function CodeView({ text: stored, label }: { text: string; label: string }) {
  const text = withoutGaps(stored);
  const { data: lines } = useQuery({
    queryKey: ["highlighted", text],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import("./highlight.ts")).highlight(text),
  });
  if (lines === undefined) return <Verbatim text={text} label={label} />;
  return (
    <Verbatim
      label={label}
      text={lines.map(({ key, text: part, className }) => (
        <span key={key} className={className}>
          {part}
        </span>
      ))}
    />
  );
}

/** Where types were stripped from a source there are blanks in their place. */
function withoutGaps(text: string): string {
  return text.replace(/(?<=\S) {2,}(?=[),;=\]])/g, "");
}
