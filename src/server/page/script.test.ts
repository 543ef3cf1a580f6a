import { expect, it } from "vitest";
import { streamedManifest } from "../../../test/contract/api-manifest.ts";
import { testServer } from "../../../test/contract/api-server.ts";
import { SCRIPT } from "./script.ts";

/** As much of an element as the page's program uses. */
class FakeElement extends EventTarget {
  hidden = true;
  value = "";
  textContent = "";
  readonly dataset: Record<string, string> = {};
  readonly children: FakeElement[] = [];
  replaceChildren(): void {
    this.children.length = 0;
  }
  append(child: FakeElement): void {
    this.children.push(child);
  }
  insertRow(): FakeElement {
    const row = new FakeElement();
    this.append(row);
    return row;
  }
  insertCell(): FakeElement {
    return this.insertRow();
  }
  get text(): string {
    return [this.textContent, ...this.children.map((child) => child.text)].join(" ");
  }
}

it("asks for the token that the server wants, then shows its dispatches and follows them", async () => {
  await using server = await testServer({ token: "s3cret" });
  const url = await server.listen();
  const elements = new Map<string, FakeElement>();
  const byId = (id: string): FakeElement => {
    const element = elements.get(id) ?? new FakeElement();
    elements.set(id, element);
    return element;
  };
  const kept = new Map<string, string>();
  const stop = new AbortController();
  const page = {
    document: { getElementById: byId, createElement: () => new FakeElement() },
    sessionStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) },
    location: { hash: "" },
    addEventListener: () => {},
    // A page that was left asks no more.
    fetch: (path: string, options: object) =>
      stop.signal.aborted ? new Promise(() => {}) : fetch(url + path, { ...options, signal: stop.signal }),
  };
  new Function(...Object.keys(page), SCRIPT)(...Object.values(page));
  await until(() => !byId("ask").hidden);
  byId("token").value = "s3cret";
  byId("ask").dispatchEvent(new Event("submit", { cancelable: true }));
  await until(() => !byId("none").hidden);
  const { metadata } = await server.client().register(streamedManifest({ name: "seen live" }));
  // Those that are refused are not among them.
  await until(() => server.requests.includes("/api/v2/events"));
  await server.client().start(metadata.dispatch_id);
  await until(() => byId("dispatches").text.includes("seen live"));
  expect(byId("ask").hidden).toBe(true);
  expect(server.requests.join()).not.toContain("s3cret");
  stop.abort();
});

async function until(isSo: () => boolean): Promise<void> {
  for (
    const deadline = Date.now() + 10_000;
    !isSo();
    await new Promise((resolve) => setTimeout(resolve, 5))
  ) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${isSo}`);
  }
}
