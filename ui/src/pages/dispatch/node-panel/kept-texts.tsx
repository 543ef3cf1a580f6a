import { useQuery } from "@tanstack/react-query";
import type { NodeDetail } from "../../../api/dispatches.ts";
import { type NodePlace, nodeAssetQuery } from "../../../api/nodes.ts";
import { Section, Verbatim } from "../../../components/section.tsx";

const TEXTS = [
  ["error", "Error"],
  ["stdout", "Standard output"],
  ["stderr", "Standard error"],
] as const;

/** What the original kept of a node that it ran: it knew no attempts. */
export function KeptTexts({ node, place }: { node: NodeDetail; place: NodePlace }) {
  return TEXTS.filter(([key]) => node.assets[key]).map(([key, title]) => (
    <KeptText key={key} place={place} assetKey={key} title={title} />
  ));
}

function KeptText({ place, assetKey, title }: { place: NodePlace; assetKey: string; title: string }) {
  const { data } = useQuery(nodeAssetQuery(place, assetKey));
  const text = data?.content ?? data?.text;
  if (!text) return null;
  return (
    <Section title={title}>
      <Verbatim text={text} label={title} />
    </Section>
  );
}
