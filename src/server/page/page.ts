import { hash } from "node:crypto";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** A small page that shows the latest dispatches and the nodes of one, live. It loads nothing from anywhere else. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Covalent</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Covalent</h1>
<form id="ask" hidden>
<label>This server wants its token: <input id="token" type="password" autocomplete="off" required></label>
<button>Show</button>
</form>
<p>The latest dispatches on this server. Choose one to see its nodes.</p>
<table>
<thead><tr><th>Name</th><th>Status</th><th>Nodes</th><th>Created</th></tr></thead>
<tbody id="dispatches"></tbody>
</table>
<p id="none" hidden>There are none yet: <code>covalent run FILE</code> makes one.</p>
<section id="detail" hidden>
<h2>Dispatch <code id="id"></code></h2>
<table>
<thead><tr><th>Node</th><th>Name</th><th>Status</th></tr></thead>
<tbody id="nodes"></tbody>
</table>
</section>
<script type="module">${SCRIPT}</script>
</body>
</html>
`;

/** Only this script and this style, and only this server: nothing injected can run or report anywhere. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `script-src '${sourceHash(SCRIPT)}'`,
  `style-src '${sourceHash(STYLE)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function sourceHash(source: string): string {
  return `sha256-${hash("sha256", source, "base64")}`;
}
