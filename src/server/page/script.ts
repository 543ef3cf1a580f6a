/**
 * The page's program, as the browser gets it: the latest dispatches, and the nodes of the one in the address's fragment, kept
 * current by the event stream. Everything is set as text, never as markup. A token that the server wants is asked for and kept until
 * the tab is closed; it travels in a header only (so the events are read with fetch), never in an address, which would be logged.
 */
export const SCRIPT = `
const byId = (id) => document.getElementById(id);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function get(url) {
  for (;;) {
    const token = sessionStorage.getItem("token");
    const answer = await fetch(url, token ? { headers: { authorization: "Bearer " + token } } : {});
    if (answer.status !== 401) return answer;
    await tokenBesides(token);
  }
}
const getJson = async (url) => (await get(url)).json();

// Resolves when there is another token than the one that was refused.
let asking;
function tokenBesides(refused) {
  if (sessionStorage.getItem("token") !== refused) return Promise.resolve();
  const form = byId("ask");
  form.hidden = false;
  asking ??= new Promise((resolve) => {
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      sessionStorage.setItem("token", byId("token").value);
      byId("token").value = "";
      form.hidden = true;
      asking = undefined;
      resolve();
    }, { once: true });
  });
  return asking;
}

function cell(row, text) {
  const td = row.insertCell();
  td.textContent = text ?? "";
  return td;
}
function statusCell(row, status, reason) {
  const td = cell(row, status);
  td.dataset.status = status;
  td.title = reason ?? "";
  return td;
}
const local = (time) => (time ? new Date(time).toLocaleString() : "");

async function showList() {
  const { dispatches } = await getJson("/api/v2/dispatches?count=20");
  const body = byId("dispatches");
  body.replaceChildren();
  byId("none").hidden = dispatches.length > 0;
  for (const item of dispatches) {
    const row = body.insertRow();
    const link = document.createElement("a");
    link.href = "#" + item.dispatch_id;
    link.textContent = item.name;
    row.insertCell().append(link);
    statusCell(row, item.interrupted ? item.status + " (interrupted)" : item.status, item.reason);
    cell(row, item.completed_electron_num + " / " + item.electron_num);
    cell(row, local(item.created_at));
  }
}

let shown = "";
const rows = new Map();
async function showNodes() {
  const id = location.hash.slice(1);
  shown = id;
  rows.clear();
  const body = byId("nodes");
  body.replaceChildren();
  byId("detail").hidden = id === "";
  byId("id").textContent = id;
  for (let after = -1; id !== "" && after !== null; ) {
    const page = await getJson("/api/v2/dispatches/" + encodeURIComponent(id) + "/nodes?limit=200&after=" + after);
    if (shown !== id || !page.nodes) return;
    for (const node of page.nodes) {
      const row = body.insertRow();
      cell(row, node.id);
      cell(row, node.name);
      rows.set(node.id, statusCell(row, node.status, node.reason));
    }
    after = rows.size < 2000 ? page.next : null;
  }
}

let due;
const listSoon = () => { due ??= setTimeout(() => { due = undefined; showList(); }, 300); };
function told({ event, data }) {
  if (event === "reset") { showList(); showNodes(); }
  if (event !== "status") return;
  const change = JSON.parse(data);
  listSoon();
  const td = change.dispatchId === shown ? rows.get(change.nodeId) : undefined;
  if (!td) return;
  td.textContent = td.dataset.status = change.status;
  td.title = change.reason ?? "";
}

let last = "";
async function follow() {
  const answer = await get("/api/v2/events" + (last && "?after=" + last));
  if (!answer.ok) return;
  let rest = "";
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const messages = (rest + next.value).split("\\n\\n");
    rest = messages.pop();
    for (const text of messages) {
      const message = Object.fromEntries(text.split("\\n").map((line) => line.split(/: ?(.*)/s, 2)));
      if (message.id) last = message.id;
      told(message);
    }
  }
}
async function followForEver() {
  for (;;) {
    await follow().catch(() => {});
    await pause(1000);
  }
}
addEventListener("hashchange", showNodes);
showList();
showNodes();
followForEver();
`;
