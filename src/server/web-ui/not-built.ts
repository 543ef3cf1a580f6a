import type { UiFile } from "./ui-file.ts";

/** What is shown in a clone whose UI was not built. */
export const NOT_BUILT: UiFile = {
  type: "text/html; charset=utf-8",
  cacheControl: "no-cache",
  bytes: Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Covalent</title>
<h1>Covalent</h1>
<p>The server is running. Its web UI is not built: <code>npm run build</code> builds it, then start the server again.</p>
</html>
`),
};
