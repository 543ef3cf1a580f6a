// The `covalent` command of a clone: of its sources as they are now.

import { buildIfStale } from "./build.mjs";

buildIfStale({ check: false });
await import("../bin/covalent.js");
