/**
 * Bundles: a user's module with everything it imports as one file, addressed by its content, from which any process can run the
 * electrons and lattices by their ids.
 *
 * Promises: the same sources give the same bytes wherever the project lies; what evaluating the user's files defines, evaluating
 * the bundle defines under the same ids; stack traces name the user's files and lines. What cannot be bundled says where and why.
 */
export { bundleModule } from "./bundle.ts";
export { type LoadedBundle, loadBundle } from "./load.ts";
