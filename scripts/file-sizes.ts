import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";

/** No file is too long to be read in one go: 400 lines in the sources, 600 in tests. */

const LIMITS = [
  {
    files: "{src,scripts,bin,examples,ui/src}/**/*.{ts,tsx,js,mjs}",
    except: /\.test(-d)?\.ts$|schema\.d\.ts$/,
    lines: 400,
  },
  { files: "{src,test,ui/src}/**/*.{test,test-d}.ts", except: /^$/, lines: 600 },
] as const;

let tooLong = 0;
for (const { files, except, lines } of LIMITS) {
  for await (const file of glob(files)) {
    const length = except.test(file) ? 0 : readFileSync(file, "utf8").split("\n").length - 1;
    if (length <= lines) continue;
    tooLong += 1;
    console.log(`${file} has ${length} lines; the limit is ${lines}. Split it by concept.`);
  }
}
process.exitCode = tooLong === 0 ? 0 : 1;
