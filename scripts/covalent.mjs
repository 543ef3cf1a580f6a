// The `covalent` command of a clone: of its sources as they are now.

import { buildIfStale } from "./build.mjs";

buildIfStale();
await import("../bin/covalent.js");
