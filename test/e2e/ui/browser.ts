import { existsSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "covalent-ts/testing";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { beforeAll, expect } from "vitest";

/** Debian's Chromium, or the one that `CHROMIUM` names. CI installs it: there these tests are never skipped. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const hasChromium = existsSync(EXECUTABLE);
/** For the names of suites, so that nobody takes a skipped one for a passed one. */
export const unlessSkipped = hasChromium ? "" : " (skipped without chromium)";

export interface TestBrowser extends AsyncDisposable {
  /** A page of a reader of its own; what it reports as an error is in `faults`. */
  open(url: string, options?: PageOptions): Promise<OpenPage>;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Lets the test put programs of its own into the page. */
  readonly bypassPolicy?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught errors, and what the console has of errors. */
  readonly faults: readonly string[];
}

export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  return {
    open: (url, options = {}) => openPage(browser, url, options),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** A server and a browser for the tests of a suite, which are there when its first test begins. */
export interface ServedUi {
  readonly server: TestServer;
  readonly browser: TestBrowser;
}

export function servedUi(): ServedUi {
  const there: { server?: TestServer; browser?: TestBrowser } = {};
  beforeAll(async () => {
    const server = await startServer();
    there.server = server;
    const browser = await startBrowser();
    there.browser = browser;
    return async () => {
      await browser[Symbol.asyncDispose]();
      await server.close();
    };
  });
  return {
    get server() {
      return started(there.server);
    },
    get browser() {
      return started(there.browser);
    },
  };
}

function started<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("it is there from the first test on");
  return thing;
}

async function openPage(browser: Browser, url: string, options: PageOptions): Promise<OpenPage> {
  const { width = 1280, height = 800, dark = false, bypassPolicy = false } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    bypassCSP: bypassPolicy,
    acceptDownloads: true,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // A server that is away is what some tests are about.
    if (message.type() === "error" && !message.text().includes("ERR_")) faults.push(message.text());
  });
  await page.goto(url);
  return { page, context, faults };
}

/** Asks again until the answer is right: pages need a moment, on a loaded machine some seconds. */
export function soon<T>(ask: () => T | Promise<T>) {
  return expect.poll(ask, { timeout: 20_000 });
}

/** Where pictures of pages go, for people to look at: nowhere unless `COVALENT_TEST_PICTURES` names a directory. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const directory = process.env.COVALENT_TEST_PICTURES;
  if (directory === undefined) return;
  const path = join(directory, `${name.replace(/[^\w]+/g, "-")}.png`);
  await page.screenshot({ path, animations: "disabled" });
}
