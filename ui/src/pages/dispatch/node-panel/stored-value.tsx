import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { fetchBytes } from "../../../api/client.ts";
import { type NodePlace, nodeAssetQuery } from "../../../api/nodes.ts";
import { Button } from "../../../components/button.tsx";
import { bytesText } from "../../../components/bytes-text.ts";
import { CopyButton } from "../../../components/copy-button.tsx";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { Verbatim } from "../../../components/section.tsx";
import { useAttempt } from "../../../components/toasts.tsx";
import { saveBlob } from "../../../graph/export/save.ts";
import { ValueParts } from "../../../values/value-parts.tsx";

interface StoredValueProps {
  readonly place: NodePlace;
  /** `output`, `value`, ... */
  readonly assetKey: string;
  readonly name: string;
}

/** A value as text for people, and its bytes for programs. The server opens none: the text was made where the value was. */
export function StoredValue({ place, assetKey, name }: StoredValueProps) {
  const { data, error } = useQuery(nodeAssetQuery(place, assetKey));
  if (error) return <ErrorPanel error={error} />;
  return data ? <ValueText asset={data} name={name} /> : <p className="text-faint">…</p>;
}

interface ValueTextProps {
  readonly asset: {
    readonly size: number;
    readonly digest?: string;
    readonly codec?: string;
    readonly text?: string | null;
    readonly content?: string;
  };
  readonly name: string;
}

export function ValueText({ asset, name }: ValueTextProps) {
  const attempt = useAttempt();
  const { digest, size, codec } = asset;
  const shown = asset.text ?? (codec === "text" ? asset.content : undefined);
  const download = async () => {
    if (digest) saveBlob(await (await fetchBytes(`/api/v2/assets/${digest}`)).blob(), name);
  };
  return (
    <div>
      {shown === undefined ? (
        <p className="text-soft">
          {codec === "template"
            ? "It is made of its inputs."
            : `No text to show${codec ? ` (${codec})` : ""}.`}
        </p>
      ) : (
        <ShownText asset={asset} text={shown} />
      )}
      <div className="mt-2 flex items-center gap-2 text-xs text-soft">
        {bytesText(size)}
        {shown !== undefined && <CopyButton text={shown} label="Copy the text" className="size-6!" />}
        {digest && (
          <Button icon={Download} className="h-6! px-2! text-xs!" onClick={() => attempt(download())}>
            Download
          </Button>
        )}
      </div>
    </div>
  );
}

function ShownText({ asset, text }: { asset: ValueTextProps["asset"]; text: string }) {
  const { digest, size, codec, content } = asset;
  const verbatim = <Verbatim text={text} label="Value" />;
  if (codec !== "value" || digest === undefined) return verbatim;
  return <ValueParts digest={digest} size={size} content={content} text={verbatim} />;
}
