/**
 * The page's program, as the browser gets it: the latest dispatches, and the nodes of the one in the address's fragment, kept
 * current by the event stream. Everything is set as text, never as markup.
 */
export const SCRIPT = `
const byId = (id) => document.getElementById(id);
const getJson = async (url) => (await fetch(url)).json();

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
const events = new EventSource("/api/v2/events");
events.addEventListener("status", ({ data }) => {
  const event = JSON.parse(data);
  listSoon();
  const td = event.dispatchId === shown ? rows.get(event.nodeId) : undefined;
  if (!td) return;
  td.textContent = td.dataset.status = event.status;
  td.title = event.reason ?? "";
});
events.addEventListener("reset", () => { showList(); showNodes(); });
addEventListener("hashchange", showNodes);
showList();
showNodes();
`;
