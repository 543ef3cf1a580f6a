import { useEffect } from "react";

/** Does something when Escape is pressed, unless a menu or field had a use for it. */
export function useEscape(act: () => void): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) act();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [act]);
}
