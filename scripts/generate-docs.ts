import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { apiTypes } from "./docs/api-types.ts";
import { configurationPage } from "./docs/configuration-page.ts";
import { errorsPage } from "./docs/errors-page.ts";

/** Writes the pages and types that mirror the code; with `--check` it only says which of them do not. */

const PAGES = {
  "docs/errors.md": errorsPage,
  "docs/configuration.md": configurationPage,
  "ui/src/api/schema.d.ts": apiTypes,
};

for (const [file, page] of Object.entries(PAGES)) {
  const path = new URL(`../${file}`, import.meta.url);
  const wanted = await page();
  if (!process.argv.includes("--check")) {
    writeFileSync(path, wanted);
  } else if (!existsSync(path) || readFileSync(path, "utf8") !== wanted) {
    console.log(`${file} does not mirror the code: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
