// The whole story in a real browser, in every shape the page has: from a catalogue to its compressed images.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvFile, sampleCatalogue } from "./catalogue.ts";
import { release } from "./shop.ts";
import { openBrowser, shop, welcome } from "./visitor.ts";

/** Where pictures of the page go; nowhere unless they are asked for. */
const { SCREENSHOTS } = process.env;

let browser: Browser;
beforeAll(async () => {
  if (SCREENSHOTS !== undefined) await mkdir(SCREENSHOTS, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe("the page takes a catalogue to its images", () => {
  test.each([
    { width: 1440, height: 900, colorScheme: "light" },
    { width: 1440, height: 900, colorScheme: "dark" },
    { width: 360, height: 780, colorScheme: "light" },
    { width: 360, height: 780, colorScheme: "dark" },
  ] as const)("at $width px, $colorScheme", async ({ width, height, colorScheme }) => {
    const shape = `${width > 800 ? "wide" : "narrow"}-${colorScheme}`;
    const visitor = await welcome(browser, { viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    const { page } = visitor;

    // Start: the check tells every problem at its cell before anything is sent.
    await page.goto("/");
    await page.getByRole("heading", { name: "A catalogue in." }).waitFor();
    expect(await page.getByRole("button", { name: "Start" }).isDisabled()).toBe(true);
    await shoot(page, `start-${shape}`);
    await page.setInputFiles("#file", csvFile(sampleCatalogue(shape)));
    await page.getByText("Ready: 12 images.").waitFor();
    expect(await page.locator("td.is-bad").innerText()).toContain("ftp:// is not fetched");
    expect(await page.locator(".problem-list").innerText()).toContain("C5");
    expect(await visitor.violations()).toEqual([]);
    await page.locator("#quality").fill("60");
    expect(await page.locator("#quality-number").innerText()).toBe("60");

    // Run: two pictures are held back, so ten of the twelve end and the job goes on.
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("heading", { name: "Working on 12 images" }).waitFor();
    await page.locator(".figure", { hasText: "Images done" }).getByText("10", { exact: true }).waitFor();
    await page.getByText("of 12, 3 failed").waitFor();
    await page.getByRole("radio", { name: "Waiting 2" }).waitFor();
    await page.locator(".picture img.is-loaded").first().waitFor();
    expect(await visitor.violations()).toEqual([]);
    await shoot(page, `run-${shape}`);

    // Result: sentences, sizes, products.
    await release(shop, shape);
    await page.getByRole("heading", { name: "Done, 3 images failed" }).waitFor();
    await page.getByText("6 products, quality 60").waitFor();
    await page
      .getByRole("row", { name: /Stoneware Mug, Speckled Sage/ })
      .first()
      .waitFor();
    await page.locator(".picture img.is-loaded").nth(2).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await shoot(page, `result-${shape}`);

    // Before and after, side by side.
    await page.getByRole("button", { name: "Open mug.jpg of Stoneware Mug, Speckled Sage" }).click();
    const compare = page.getByRole("dialog", { name: "Stoneware Mug, Speckled Sage" });
    const facts = await compare.locator("dl").innerText();
    expect(facts).toMatch(
      /Before\s+133\skB\s+After\s+\d+\skB\s+Difference\s+−\d+(\.\d)?%, \d+\skB\s+Picture\s+1,400 × 1,050 JPEG/,
    );
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>(".stage img")].every((image) => image.naturalWidth > 0),
    );
    await compare.getByRole("slider").fill("30");
    expect(await page.locator(".stage").evaluate((stage) => stage.style.getPropertyValue("--split"))).toBe("30%");
    expect(await visitor.violations()).toEqual([]);
    await compare.getByRole("slider").fill("50");
    await shoot(page, `compare-${shape}`);
    await compare.getByRole("button", { name: "Close" }).click();

    // Only the failed ones, each with its reason.
    await page.getByRole("radio", { name: "Failed 3" }).check({ force: true });
    await expectRows(page, 3);
    const reasons = await page.locator(".reason").allInnerTexts();
    expect(reasons.join(" ")).toContain("What came is not an image but");
    expect(reasons.join(" ")).toContain("status 404");

    // The way out: the CSV, and the job among the others.
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download CSV" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    expect(csv).toMatch(
      /^S\. No\.,Product Name,Input Image Urls,Output Image Urls\r\n1,"Stoneware Mug, Speckled Sage"/,
    );
    await page.getByRole("link", { name: "Jobs" }).click();
    await page
      .getByRole("link", { name: /6 products, 12 images, 3 failed/ })
      .first()
      .waitFor();
    expect(await visitor.violations()).toEqual([]);

    const { sum, moved } = await visitor.layoutShift();
    expect(sum < 0.05 ? "nothing moved" : moved).toBe("nothing moved");
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });
});

async function expectRows(page: Page, count: number): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelectorAll(".image-row").length === wanted, count);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  const picture = await page.screenshot();
  // Few colours, so that they weigh little in the repository.
  await sharp(picture)
    .png({ palette: true, quality: 95, dither: 0.5, effort: 10 })
    .toFile(join(SCREENSHOTS, `${name}.png`));
}
