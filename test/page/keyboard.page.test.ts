// The page without a mouse: everything that can be clicked can be reached and used by keys.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleCatalogue } from "./catalogue.ts";
import { release } from "./shop.ts";
import { openBrowser, shop, welcome } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a catalogue goes from paste to comparison by keys alone", async () => {
  const visitor = await welcome(browser);
  const { page } = visitor;
  await release(shop, "keyboard");
  await page.goto("/");

  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(page, "Paste instead");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("pasted");
  await page.keyboard.insertText(sampleCatalogue("keyboard"));
  await page.getByText("Ready: 12 images.").waitFor();
  await tabTo(page, "Quality");
  await page.keyboard.press("ArrowRight");
  expect(await page.locator("#quality-number").innerText()).toBe("51");
  await tabTo(page, "Start");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Done, 3 images failed" }).waitFor();

  // The filter is one tab stop; arrows choose.
  await tabTo(page, "All 12");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("radio", { name: "Compressed 9", checked: true }).waitFor();
  // The table is one too; arrows go through its rows.
  await tabTo(page, "Open mug.jpg of Stoneware Mug, Speckled Sage");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toBe("Open mug-glaze.jpg of Stoneware Mug, Speckled Sage");
  await page.keyboard.press("End");
  expect(await focused(page)).toBe("Open planner.png of Wall Planner");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Stoneware Mug" }).waitFor();
  await tabTo(page, "Share of the picture that shows it before");
  await page.keyboard.press("ArrowLeft");
  expect(await page.getByRole("dialog").getByRole("slider").inputValue()).toBe("49");
  await tabTo(page, "Next");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("mug-glaze.jpg").waitFor();
  await page.keyboard.press("Escape");

  await expect.poll(() => focused(page)).toBe("Open mug-glaze.jpg of Stoneware Mug, Speckled Sage");
  expect(visitor.complaints).toEqual([]);
  await visitor.leave();
});

test("what has the focus shows it", async () => {
  const visitor = await welcome(browser);
  const { page } = visitor;
  await page.goto("/");
  const unmarked: string[] = [];

  for (let stop = 0; stop < 9; stop++) {
    await page.keyboard.press("Tab");
    const isMarked = await page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body) return true;
      // The file field is drawn by its button, the sliders by their thumbs.
      if (activeElement.matches("input[type=range]")) return true;
      const drawn = activeElement.id === "file" ? document.querySelector(".drop .button") : activeElement;
      return drawn !== null && getComputedStyle(drawn).outlineStyle !== "none";
    });
    if (!isMarked) unmarked.push(await focused(page));
  }

  expect(unmarked).toEqual([]);
  await visitor.leave();
});

/** What a screen reader calls the element that has the focus. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLInputElement) {
      return (
        activeElement.getAttribute("aria-label") ?? activeElement.labels?.[0]?.innerText.replaceAll(/\s+/g, " ") ?? ""
      );
    }
    return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "";
  });
}

async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now === name) return;
    passed.push(now);
  }
  throw new Error(`The tab key never came to "${name}", only to ${passed.join(", ")}.`);
}
