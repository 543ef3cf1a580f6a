/** The process in which a stored lattice is traced once more: see retrace.ts. It answers its parent once and ends. */
import { once } from "node:events";
import { loadBundle } from "../bundle/load.ts";
import * as sdk from "../index.ts";
import { CovalentError } from "../model/errors.ts";
import { trace } from "../sdk/trace.ts";
import { deserialize } from "../serialization/deserialize.ts";
import { errorToData } from "../serialization/error-data.ts";
import { VERSION } from "../version.ts";
import { assertDefined } from "./assert-defined.ts";
import { type PreparedDispatch, prepare } from "./prepare.ts";
import type { Retraced, RetraceRequest } from "./retrace.ts";

const [request]: RetraceRequest[] = await once(process, "message");
process.send?.(await answer(request), () => process.exit());

async function answer(asked: RetraceRequest | undefined): Promise<Retraced> {
  try {
    if (asked === undefined) throw new Error("nothing was asked");
    return { prepared: await prepared(asked) };
  } catch (error) {
    if (error instanceof CovalentError) return { code: error.code, details: error.details };
    return { thrown: errorToData(error) };
  }
}

async function prepared(asked: RetraceRequest): Promise<PreparedDispatch> {
  const { path, projectRoot, digest, size, externals, workdir, overrides, idempotencyKey } = asked;
  const bundle = await loadBundle(path, { projectRoot, sdk });
  const lattice = bundle.lattice(asked.lattice);
  if (lattice === undefined) {
    const advice = "Give the lattice: redispatch(id, { lattice }).";
    throw new CovalentError("LATTICE_NOT_FOUND", { file: "the stored bundle", name: asked.lattice, advice });
  }
  // Before it is traced: what tracing defines no worker finds.
  const digests = await bundle.codeDigests();
  const { args } = deserialize(asked.inputs) as { readonly args: readonly unknown[] };
  const graph = await trace(lattice, args);
  const code = { bundle: { digest, bytes: { byteLength: size }, root: projectRoot, externals }, digests };
  assertDefined(lattice, graph, code);
  const version = VERSION;
  return prepare({ lattice, args, graph, ...code, workdir, version, idempotencyKey, overrides });
}
