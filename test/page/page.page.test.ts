// The page as it is served: what it weighs, what it may do, what it says to a browser without scripts, in which language.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvFile, sampleCatalogue } from "./catalogue.ts";
import { release } from "./shop.ts";
import { apiKey, halftone, openBrowser, shop, welcome } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe("the page", () => {
  test("weighs less than 100 KB until it is there, and asks no other host", async () => {
    const visitor = await welcome(browser);
    const { page } = visitor;
    const sizes: Promise<number>[] = [];
    const origins = new Set<string>();
    page.on("requestfinished", (request) => {
      origins.add(new URL(request.url()).origin);
      sizes.push(
        request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
      );
    });

    await page.goto("/", { waitUntil: "networkidle" });
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);

    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(100_000);
    expect([...origins]).toEqual([halftone]);
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  test("asks at once for every script of its start", async () => {
    const visitor = await welcome(browser);
    await visitor.page.goto("/", { waitUntil: "networkidle" });

    const { loaded, preloaded } = await visitor.page.evaluate(() => ({
      loaded: performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
      preloaded: [...document.querySelectorAll<HTMLLinkElement>("link[rel=modulepreload]")].map(
        ({ href }) => new URL(href).pathname,
      ),
    }));

    const scripts = loaded.filter((path) => path.endsWith(".js") && !/\/(?:early|main)\.js$/.test(path));
    expect(preloaded.toSorted()).toEqual([...new Set(scripts)].toSorted());
    // A preload that nothing uses is a complaint.
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  test("runs nothing but its own scripts, and never parses a text as HTML", async () => {
    const policy = (await fetch(halftone)).headers.get("content-security-policy") ?? "";

    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' https: http:",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  test.each(["/tsconfig.json", "/wire.ts", "/_headers", "/.assetsignore", "/v1/nothing", "/job/status/nothing"])(
    "leaves %s to the API, which has nothing there",
    async (path) => {
      const response = await fetch(`${halftone}${path}`);

      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get("content-type")).toContain("json");
    },
  );

  test("is a plain upload form without a script", async () => {
    const { page, leave } = await welcome(browser, {
      javaScriptEnabled: false,
      extraHTTPHeaders: { authorization: `Bearer ${apiKey}` },
    });
    await release(shop, "no-script");
    await page.goto("/");
    await page.setInputFiles("#file", csvFile(sampleCatalogue("no-script")));
    expect(await page.getByRole("button", { name: "Paste instead" }).isVisible()).toBe(false);

    const [answer] = await Promise.all([
      page.waitForResponse("**/v1/jobs"),
      page.getByRole("button", { name: "Start" }).click(),
    ]);

    expect(answer.status()).toBe(202);
    await leave();
  });

  test("writes numbers as the reader does", async () => {
    const { page, leave } = await welcome(browser, { locale: "de-DE" });
    await release(shop, "german");
    await page.goto("/");
    await page.setInputFiles("#file", csvFile(sampleCatalogue("german")));
    await page.getByRole("button", { name: "Start" }).click();

    await page.getByText("mug.jpg · 1.400 × 1.050 JPEG").waitFor();
    await page.getByText("was 1,2 MB").waitFor();
    expect(await page.locator(".cell-saved").first().innerText()).toMatch(/^−\d+\s%$/);
    await leave();
  });

  test("asks for the API key when the server wants one, sends it, and keeps it in this tab", async () => {
    const { page, leave } = await welcome(browser, {}, null);
    await page.goto("/");
    expect(await page.getByRole("button", { name: "API key" }).isVisible()).toBe(false);
    await page.setInputFiles("#file", csvFile(sampleCatalogue("key")));
    const dialog = page.getByRole("dialog", { name: "API key" });
    await dialog.getByText("This address needs an API key.").waitFor();
    await dialog.getByLabel("Key").fill("ht_live_bad");
    await dialog.getByRole("button", { name: "Use this key" }).click();
    await dialog.getByText("This API key is unknown or was revoked.").waitFor();
    await dialog.getByLabel("Key").fill(apiKey);
    await dialog.getByRole("button", { name: "Use this key" }).click();

    await page.getByText("Ready: 12 images.").waitFor();
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([
      1,
      0,
      "",
    ]);
    expect(await page.getByRole("button", { name: "API key" }).isVisible()).toBe(true);
    await leave();
  });

  test("shows the example and does not send it", async () => {
    const { page, leave } = await welcome(browser);
    await page.goto("/");

    await page.getByRole("button", { name: "See an example" }).click();

    await page.getByText("The shop is made up").waitFor();
    expect(await page.locator("td.is-bad").innerText()).toContain("does not begin with https://");
    expect(await page.getByRole("button", { name: "Start" }).isDisabled()).toBe(true);
    await leave();
  });

  test("makes a catalogue of pasted addresses", async () => {
    const { page, leave } = await welcome(browser);
    await page.goto("/");
    await page.getByRole("button", { name: "Paste instead" }).click();

    await page.locator("#pasted").fill("https://shop.example/blue-mug.jpg\nhttps://shop.example/lamp.jpg");

    await page.getByText("Ready: 2 images.").waitFor();
    const cells = await page.locator(".preview tbody td").allInnerTexts();
    expect(cells.join(" ")).toBe("1 blue mug https://shop.example/blue-mug.jpg 2 lamp https://shop.example/lamp.jpg");
    await leave();
  });

  test("says that a job does not exist", async () => {
    const { page, leave } = await welcome(browser);

    await page.goto("/#/jobs/00000000-0000-4000-8000-000000000000");

    await page.getByRole("heading", { name: "There is no such job." }).waitFor();
    expect(await page.getByRole("button", { name: "Cancel" }).isVisible()).toBe(false);
    await leave();
  });
});
