// What can be done with a job on the page, beside looking at it.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvFile, toCsv } from "./catalogue.ts";
import { release } from "./shop.ts";
import { halftone, openBrowser, shop, welcome } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("failed images are sent through again, and the addresses of all are copied", async () => {
  const { page, leave } = await welcome(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  const urls = [`${shop}/lamp-thumbnail.jpg`, `${shop}/lamp.jpg?missing-by=retry`];
  await page.goto("/");
  await page.setInputFiles("#file", csvFile(toCsv([{ name: "Lamp", urls }])));
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("heading", { name: "Done, 1 image failed" }).waitFor();
  await page.getByText("status 404").waitFor();

  await release(shop, "retry");
  await page.getByRole("button", { name: "Retry 1 failed" }).click();
  await page.getByRole("heading", { name: "lighter" }).waitFor();
  await page.getByRole("radio", { name: "Failed 0" }).waitFor();
  expect(await page.getByRole("button", { name: "Retry" }).isVisible()).toBe(false);

  await page.getByRole("button", { name: "Copy addresses" }).click();
  await page.getByText("2 addresses copied.").waitFor();
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  const kinds = await Promise.all(copied.map(async (url) => (await fetch(url)).headers.get("content-type")));
  expect(copied.every((url) => url.startsWith(`${halftone}/image/`))).toBe(true);
  expect(kinds).toEqual(["image/jpeg", "image/jpeg"]);
  await leave();
});

test("options are those that the server offers", async () => {
  const { page, leave } = await welcome(browser);
  await page.goto("/");
  await page.getByText("More options").click();

  for (const name of ["format", "scale", "email"]) {
    await expect.poll(() => page.locator(`[data-option=${name}]`).isVisible()).toBe(true);
  }
  expect(await page.getByLabel("Format").locator("option").allInnerTexts()).toEqual([
    "As it came",
    "Whichever is smallest",
    "JPEG",
    "WebP",
    "PNG",
    "AVIF",
  ]);

  expect(await page.getByLabel("Background").isVisible()).toBe(false);
  await page.getByLabel("Format").selectOption("jpeg");
  await expect.poll(() => page.getByLabel("Background").isVisible()).toBe(true);
  expect(await page.getByLabel("Webhook").isVisible()).toBe(true);
  await leave();
});
