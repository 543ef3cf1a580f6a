import { useQuery } from "@tanstack/react-query";
import { type NodePlace, nodeAssetQuery } from "../../../api/nodes.ts";
import { CodeView } from "../../../components/code-view.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Section } from "../../../components/section.tsx";

/** The function that a node runs, as its author wrote it. */
export function SourceSection({ place }: { place: NodePlace }) {
  const { data } = useQuery(nodeAssetQuery(place, "function_string"));
  const text = data?.content;
  if (!text) return null;
  return (
    <Section title="Source" action={<CopyButton text={text} label="Copy the source" className="size-6!" />}>
      <CodeView text={text} label="Source" />
    </Section>
  );
}
