import type { NodeDetail } from "../../../api/dispatches.ts";
import { Facts, Section } from "../../../components/section.tsx";
import { durationText } from "../../../components/time.tsx";

/** Where and how a node runs, and the code that it is. */
export function NodeFacts({ node }: { node: NodeDetail }) {
  const { executor, executor_data: data, electron, options, type } = node.metadata;
  const attributes = Object.entries(data ?? {}).map(([name, value]) => [name, valueText(value)] as const);
  return (
    <Section title="Definition">
      <Facts
        facts={[
          ["Type", type ?? "function"],
          ["Executor", executor],
          ...attributes,
          ...(electron
            ? [
                [
                  "Code",
                  <code
                    key="code"
                    title={electron.slice(0, 300)}
                    className="line-clamp-3 font-mono text-xs break-all"
                  >
                    {electron.slice(0, 300)}
                  </code>,
                ] as const,
              ]
            : []),
          ...(options ? optionFacts(options) : []),
        ]}
      />
    </Section>
  );
}

function optionFacts(options: NonNullable<NodeDetail["metadata"]["options"]>): (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [];
  if (options.language) facts.push(["Written in", options.language]);
  if (options.retries) facts.push(["Retries", String(options.retries)]);
  if (options.timeout_ms) facts.push(["Timeout", durationText(options.timeout_ms)]);
  if (options.priority) facts.push(["Priority", String(options.priority)]);
  if (options.concurrency) facts.push(["At once", String(options.concurrency)]);
  if (options.tags?.length) facts.push(["Tags", options.tags.join(", ")]);
  if (options.workdir) facts.push(["Directory", options.workdir]);
  return facts;
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
