import { useQuery } from "@tanstack/react-query";
import { api } from "../../../api/client.ts";
import type { NodePlace } from "../../../api/nodes.ts";
import { Section } from "../../../components/section.tsx";

/** Why the result was taken from the cache, or why not. */
export function CacheSection({ place }: { place: NodePlace }) {
  const { data } = useQuery({
    queryKey: ["dispatch", place.dispatchId, "node", place.nodeId, "cache"],
    queryFn: async () => {
      const path = { dispatch_id: place.dispatchId, node_id: place.nodeId };
      const { data: answer } = await api.GET("/api/v2/dispatches/{dispatch_id}/nodes/{node_id}/cache", {
        params: { path },
      });
      return answer as { readonly outcome: string; readonly because: string } | undefined;
    },
  });
  if (!data) return null;
  return (
    <Section title="Cache">
      <p>
        <strong className="font-medium">{data.outcome}</strong>: {data.because}
      </p>
    </Section>
  );
}
