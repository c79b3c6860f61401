// What the page says of images that an earlier job made.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvFile, toCsv } from "./catalogue.ts";
import { openBrowser, shop, welcome } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("an image that an earlier job made says so, in its row, beside its picture and in the sum", async () => {
  const visitor = await welcome(browser);
  const { page } = visitor;
  const lamp = `${shop}/lamp.jpg?for=reuse`;
  const cushion = `${shop}/cushion.jpg?for=reuse`;
  const run = async (urls: string[]) => {
    await page.goto("/");
    await page.setInputFiles("#file", csvFile(toCsv([{ name: "Lamp", urls }])));
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("heading", { name: "lighter" }).waitFor();
    await page.getByText("Took").waitFor();
  };

  await run([lamp]);
  await page.locator(".file", { hasText: "lamp.jpg" }).waitFor();
  expect(await page.getByText("earlier job").count()).toBe(0);

  await run([lamp, cushion]);
  await page.locator(".file", { hasText: "lamp.jpg" }).getByText("from an earlier job").waitFor();
  expect(await page.locator(".file", { hasText: "cushion.jpg" }).innerText()).not.toContain("earlier");
  expect(await page.locator(".figure", { hasText: "Took" }).innerText()).toContain("1 from earlier jobs");
  expect(await visitor.violations()).toEqual([]);

  await page.getByRole("button", { name: "Open lamp.jpg of Lamp" }).click();
  const compare = page.getByRole("dialog", { name: "Lamp" });
  expect(await compare.locator("dl").innerText()).toContain("An earlier job made it");
  expect(await visitor.violations()).toEqual([]);
  expect(visitor.complaints).toEqual([]);
  await visitor.leave();
});
