import { useEffect, useState } from "react";
import type { ImageValue } from "./shown-value.ts";

/** A picture, over a checkered ground where it is transparent. */
export function PictureView({ image, name }: { image: ImageValue; name: string }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([image.bytes], { type: image.type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [image]);
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <p className="text-soft">It begins like a picture, and cannot be drawn.</p>;
  return (
    address && (
      <img
        src={address}
        alt={name}
        onError={() => setBroken(true)}
        className="max-h-96 max-w-full rounded-md border bg-white object-contain"
      />
    )
  );
}
