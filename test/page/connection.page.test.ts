// What happens to a job on the page when the connection, the stream of events or the page itself goes away for a while.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { csvFile, sampleCatalogue } from "./catalogue.ts";
import { release } from "./shop.ts";
import { openBrowser, shop, welcome } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a job that ended while the page was offline is caught up with", async () => {
  const { page, leave } = await welcome(browser);
  await startHalfJob(page, "offline");

  await page.context().setOffline(true);
  await page.getByText("You are offline. Jobs go on without you").waitFor();
  await release(shop, "offline");
  await page.context().setOffline(false);

  await page.getByRole("heading", { name: "Done, 3 images failed" }).waitFor();
  await page.getByRole("radio", { name: "Compressed 9" }).waitFor();
  expect(await page.getByText("You are offline").count()).toBe(0);
  await leave();
});

test("a reload in the middle of a job shows the job again, not the start", async () => {
  const { page, leave } = await welcome(browser);
  await startHalfJob(page, "reload");

  await page.reload();
  await page.getByText("of 12, 3 failed").waitFor();
  expect(await page.getByRole("heading", { name: "A catalogue in." }).isVisible()).toBe(false);
  await page.getByRole("radio", { name: "Waiting 2" }).waitFor();
  await release(shop, "reload");

  await page.getByRole("heading", { name: "Done, 3 images failed" }).waitFor();
  await page.getByRole("radio", { name: "Compressed 9" }).waitFor();
  await leave();
});

test("a job is followed by polling where events do not come through", async () => {
  const { page, leave } = await welcome(browser);
  let refused = 0;
  await page.route("**/events", (route) => {
    refused += 1;
    return route.abort();
  });
  await startHalfJob(page, "polling");
  await release(shop, "polling");

  await page.getByRole("heading", { name: "Done, 3 images failed" }).waitFor();
  await page.getByRole("radio", { name: "Compressed 9" }).waitFor();
  expect(refused).toBeGreaterThan(0);
  await leave();
});

test("a catalogue that cannot be checked now can be checked again", async () => {
  const { page, leave } = await welcome(browser);
  await page.goto("/");
  await page.context().setOffline(true);
  await page.setInputFiles("#file", csvFile(sampleCatalogue("again")));
  await page.getByText("You are offline. Try again when the connection is back.").waitFor();
  expect(await page.getByRole("button", { name: "Start" }).isDisabled()).toBe(true);

  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();

  await page.getByText("Ready: 12 images.").waitFor();
  await leave();
});

/** Ten of the twelve images have ended, two are held back in the shop. */
async function startHalfJob(page: Page, group: string): Promise<void> {
  await page.goto("/");
  await page.setInputFiles("#file", csvFile(sampleCatalogue(group)));
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText("of 12, 3 failed").waitFor();
}
