import { useQuery } from "@tanstack/react-query";
import { dispatchAssetQuery } from "../../api/nodes.ts";
import { Verbatim } from "../../components/section.tsx";

interface GivenDifferenceProps {
  readonly title: string;
  readonly assetKey: "inputs" | "result";
  readonly a: string;
  readonly b: string;
}

/** What went into or came out of both as a whole, where it is not the same. */
export function GivenDifference({ title, assetKey, a, b }: GivenDifferenceProps) {
  const one = useQuery(dispatchAssetQuery(a, assetKey)).data;
  const other = useQuery(dispatchAssetQuery(b, assetKey)).data;
  if (!one || !other) return null;
  if (one.digest !== undefined && one.digest === other.digest) {
    return (
      <p className="text-soft">
        {title}: <span className="text-ink">the same</span>
      </p>
    );
  }
  if (one.text == null && other.text == null) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-1 text-xs font-semibold tracking-wide text-soft uppercase">{title}</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        {[one, other].map((asset, index) => (
          <Verbatim
            key={index === 0 ? "A" : "B"}
            text={asset.text ?? "–"}
            label={`${title} of ${index === 0 ? "A" : "B"}`}
            className="max-h-40!"
          />
        ))}
      </div>
    </section>
  );
}
