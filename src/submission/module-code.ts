import type { Code } from "./code.ts";

/**
 * The code of a module that this program has imported.
 *
 * @throws {CovalentError} `BUNDLE_FAILED`, `BUNDLE_EVALUATION_FAILED`, `SOURCE_CHANGED`
 */
export async function moduleCode(module: string): Promise<Code> {
  // Loaded late: what only defines electrons needs no bundler.
  const [{ bundleModule }, { inspectBundle }, { assertUnchanged }] = await Promise.all([
    import("../bundle/bundle.ts"),
    import("./inspect.ts"),
    import("./assert-unchanged.ts"),
  ]);
  const bundle = await bundleModule(module);
  assertUnchanged(bundle);
  for (const warning of bundle.warnings) process.emitWarning(warning, "CovalentWarning");
  return { bundle, digests: await inspectBundle(bundle) };
}
