// Ten thousand images on the page: the window's worth of rows exists, and every row can be reached.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvFile, manyImages } from "./catalogue.ts";
import { openBrowser, welcome } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("ten thousand images scroll by a screenful of rows, and can be cancelled and deleted", async () => {
  const visitor = await welcome(browser);
  const { page } = visitor;
  await page.goto("/");
  await page.setInputFiles("#file", csvFile(manyImages(10_000)));
  await page.getByText("Ready: 10,000 images.").waitFor();
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("radio", { name: "All 10,000" }).waitFor();
  await page.getByRole("table", { name: "Images" }).and(page.locator("[aria-rowcount='10001']")).waitFor();
  // Names come in one piece with the catalogue; rows are their own before.
  await page
    .getByRole("row", { name: /Product 1 / })
    .first()
    .waitFor();

  let most = 0;
  for (let step = 0; step <= 20; step++) {
    await page.evaluate((share) => scrollTo({ top: document.documentElement.scrollHeight * share }), step / 20);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    most = Math.max(most, await page.locator(".image-row").count());
  }
  expect(most).toBeGreaterThan(5);
  expect(most).toBeLessThan(60);
  await page.locator(".image-row", { hasText: "10000.jpg" }).waitFor();

  await page.locator(".image-row", { hasText: "10000.jpg" }).getByRole("button").focus();
  await page.keyboard.press("Home");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Open 1.jpg of Product 1");
  await page.keyboard.press("End");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    "Open 10000.jpg of Product 1000",
  );

  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Cancelled" }).waitFor();
  // From here on a request that is under way may find the job gone, of which the browser complains.
  expect(visitor.complaints).toEqual([]);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "Jobs" }).waitFor();
  const { sum, moved } = await visitor.layoutShift();
  expect(sum < 0.05 ? "nothing moved" : moved).toBe("nothing moved");
  await visitor.leave();
});
