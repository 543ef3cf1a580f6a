import { useQuery } from "@tanstack/react-query";
import { type NodePlace, nodeAssetQuery } from "../../../api/nodes.ts";
import { CodeView } from "../../../components/code-view.tsx";
import { Section } from "../../../components/section.tsx";

/** What runs before and after a node, as the Python SDK describes it. */
export function HooksSection({ place }: { place: NodePlace }) {
  const { data } = useQuery(nodeAssetQuery(place, "hooks"));
  const text = data?.content && indented(data.content);
  if (!text) return null;
  return (
    <Section title="Hooks">
      <CodeView text={text} label="Hooks" />
    </Section>
  );
}

/** `undefined` where there are none. */
function indented(content: string): string | undefined {
  try {
    const hooks: unknown = JSON.parse(content);
    const isEmpty = typeof hooks === "object" && hooks !== null && Object.keys(hooks).length === 0;
    return isEmpty ? undefined : JSON.stringify(hooks, readable, 2);
  } catch {
    return content;
  }
}

/** What is packed away in them is not for people. */
function readable(_key: string, value: unknown): unknown {
  return typeof value === "string" && value.length > 400
    ? `${value.slice(0, 60)}… (${value.length} characters)`
    : value;
}
