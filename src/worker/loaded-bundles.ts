import { type LoadedBundle, loadBundle } from "../bundle/load.ts";
import * as sdk from "../index.ts";
import type { AttemptMessage } from "./protocol.ts";

type BundleOfAttempt = Pick<AttemptMessage, "bundlePath" | "projectRoot">;

/** By project and path: a file of the asset store never changes, so that it is looked at once. */
const loaded = new Map<string, LoadedBundle>();

/**
 * The code of an attempt, at once where this process has loaded it before.
 *
 * @throws as `loadBundle` does; what failed is tried again the next time
 */
export function bundleOf({ bundlePath, projectRoot }: BundleOfAttempt): LoadedBundle | Promise<LoadedBundle> {
  const key = bundleKey({ bundlePath, projectRoot });
  return (
    loaded.get(key) ??
    loadBundle(bundlePath, { projectRoot, sdk }).then((bundle) => {
      loaded.set(key, bundle);
      return bundle;
    })
  );
}

/** What tells the bundles of a process apart. */
export function bundleKey({ bundlePath, projectRoot }: BundleOfAttempt): string {
  return `${bundlePath}\0${projectRoot}`;
}
