import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispatch, dispatchSync } from "covalent-ts";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { printing } from "../workflows/printing.ts";
import { hasChromium, lookAt, servedUi, soon, unlessSkipped } from "./browser.ts";
import { charts, crawl } from "./workflows/shown.ts";

describe.skipIf(!hasChromium)(`the panel of a node${unlessSkipped}`, () => {
  const ui = servedUi();

  const openNode = async (id: string, name: string) => {
    const opened = await ui.browser.open(`${ui.server.url}/dispatches/${id}?tab=table`);
    await opened.page.getByRole("button", { name, exact: true }).first().click();
    return { ...opened, panel: opened.page.getByRole("complementary") };
  };

  test("shows what a task prints while it prints it, in every tab over one stream, and what it printed at its end", async () => {
    const gate = join(ui.server.home, "printed");
    const id = await dispatch(printing, ui.server)(gate, 2);
    const { page, panel, context, faults } = await openNode(id, "printLines");
    const second = await context.newPage();
    await second.goto(page.url());
    const other = second.getByRole("complementary").getByRole("region", { name: "Printed" });
    const printed = panel.getByRole("region", { name: "Printed" });
    await printed.getByText("line 0 ü").waitFor();
    await other.getByText("line 0 ü").waitFor();
    await printed.getByText("live").waitFor();
    await printed.getByRole("tab", { name: "stderr" }).click();
    await printed.getByText("to the other stream").waitFor();
    await printed.getByRole("tab", { name: "stdout" }).click();
    await writeFile(`${gate}-0`, "");
    await printed.getByText("line 1 ü").waitFor();
    await other.getByText("line 1 ü").waitFor();
    await lookAt(page, "printed live");
    await printed.getByRole("searchbox").fill("LINE 1");
    await soon(() => printed.getByRole("region", { name: "stdout" }).textContent()).toBe("line 1 ü\n");
    await writeFile(`${gate}-1`, "");
    await page.locator("header").getByText("Completed").first().waitFor();
    await soon(() => printed.getByText("live").count()).toBe(0);
    await printed.getByRole("searchbox").fill("");
    await soon(() => printed.getByRole("region", { name: "stdout" }).textContent()).toBe(
      "line 0 ü\nline 1 ü\n",
    );
    expect(faults).toEqual([]);
    await context.close();
  });

  test("shows records and columns as tables, page by page, and pictures as pictures, of which no script runs", async () => {
    const { dispatchId: id } = await dispatchSync(charts, ui.server)(45);
    const { page, panel, faults, context } = await openNode(id, "tableOf");
    const output = panel.getByRole("region", { name: "Output" });
    await output.getByRole("cell", { name: "S19", exact: true }).waitFor();
    await output.getByText("0–19 of 45 rows, 3 columns").waitFor();
    await lookAt(page, "table");
    await output.getByRole("button", { name: "Rows behind" }).click();
    await output.getByRole("cell", { name: "S20", exact: true }).waitFor();
    await output.getByRole("button", { name: "Show as text" }).click();
    await output.getByRole("region", { name: "Value" }).waitFor();

    await page.getByRole("button", { name: "series", exact: true }).click();
    await output.getByText("0–19 of 1,000 rows, 1 column").waitFor();
    await drawn(output.getByRole("img", { name: "plot" }), 240);
    expect(await page.title()).not.toBe("run");
    await output.getByRole("img", { name: "plot" }).scrollIntoViewIfNeeded();
    await lookAt(page, "series");
    await page.getByRole("button", { name: "picture", exact: true }).click();
    await drawn(output.getByRole("img", { name: "the value" }), 1);
    expect(faults).toEqual([]);
    await context.close();
  });

  test("marks the line of the user's source at which a task failed", async () => {
    const { dispatchId: id } = await dispatchSync(crawl, ui.server)(4);
    const { page, panel, context } = await ui.browser
      .open(`${ui.server.url}/dispatches/${id}?tab=table`)
      .then((opened) => ({ ...opened, panel: opened.page.getByRole("complementary") }));
    await failedNode(page).click();
    const source = panel.getByRole("region", { name: "Source line" });
    await soon(() => source.locator("[aria-current]").textContent()).toMatch(
      /^\d+\s+if \(text\.endsWith\("3"\)\) throw new RangeError/,
    );
    await context.close();
  });

  test("runs a dispatch again from a node on, keeps what does not build on it, and leaves the first as it is", async () => {
    const { dispatchId: id } = await dispatchSync(crawl, ui.server)(4);
    const { page, panel, context } = await ui.browser
      .open(`${ui.server.url}/dispatches/${id}?tab=table`)
      .then((opened) => ({ ...opened, panel: opened.page.getByRole("complementary") }));
    await failedNode(page).click();
    await panel.getByRole("button", { name: "Retry from here" }).click();
    await page.getByRole("link", { name: `repeats ${id.slice(0, 8)}` }).waitFor();
    const again = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await page.locator("header").getByText("Failed").first().waitFor();
    // What it printed is not the point: which nodes made an attempt is.
    const ran = await attemptsOf(again);
    expect(ran).toEqual(["parse"]);
    expect((await attemptsOf(id)).length).toBe(8);
    await context.close();
  });

  const failedNode = (page: Page): Locator =>
    page.getByRole("row", { name: /Failed/ }).getByRole("button", { name: "parse" });

  /** The names of the nodes that ran, of four pages that were fetched and parsed. */
  async function attemptsOf(id: string): Promise<string[]> {
    const answer = await fetch(`${ui.server.url}/api/v2/dispatches/${id}/nodes`);
    const { nodes } = (await answer.json()) as { nodes: { id: number; name: string }[] };
    const names: string[] = [];
    for (const node of nodes) {
      const of = await fetch(`${ui.server.url}/api/v2/dispatches/${id}/nodes/${node.id}/attempts`);
      const { attempts } = (await of.json()) as { attempts: unknown[] };
      if (attempts.length > 0) names.push(node.name);
    }
    return names;
  }
});

/** A picture that the browser could read has a width. */
async function drawn(picture: Locator, width: number): Promise<void> {
  await soon(() => picture.evaluate((element) => Reflect.get(element, "naturalWidth"))).toBe(width);
}
