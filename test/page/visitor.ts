// A visitor of the page: a browser window of a given shape, and a record of what must not happen in it.

import axe from "axe-core";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { inject } from "vitest";
import { findChromium } from "../../scripts/find-chromium.ts";

export interface Visitor {
  page: Page;
  /** What the browser complained about: errors of scripts, refused resources, failed loads. */
  complaints: string[];
  /** The layout shifts that no input caused, since the page was loaded: their sum, and what moved. */
  layoutShift: () => Promise<{ sum: number; moved: string }>;
  /** Sentences of axe-core, one per violation; none when all is well. */
  violations: () => Promise<string[]>;
  leave: () => Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const halftone = inject("halftone");
export const shop = inject("shop");
export const apiKey = inject("apiKey");

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("No Chromium was found.");
  return chromium.launch({ executablePath, headless: true, args: flags });
}

/** @param key the API key that the tab has; null for none */
export async function welcome(
  browser: Browser,
  options: BrowserContextOptions = {},
  key: string | null = apiKey,
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    baseURL: halftone,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  await page.addInitScript(recordLayoutShifts);
  if (key !== null) await page.addInitScript((given) => sessionStorage.setItem("halftone.key", given), key);
  return {
    page,
    complaints,
    layoutShift: () =>
      page.evaluate(() => {
        const shifts: { value: number; moved: string[] }[] = Reflect.get(window, "layoutShifts");
        const sum = shifts.reduce((total, { value }) => total + value, 0);
        return { sum, moved: shifts.map(({ value, moved }) => `${value.toFixed(3)} ${moved.join(" ")}`).join("; ") };
      }),
    violations: async () => {
      await page.evaluate(axe.source);
      const found = await page.evaluate(async () => {
        const checker: { run(): Promise<axe.AxeResults> } = Reflect.get(window, "axe");
        return (await checker.run()).violations;
      });
      return found.map(
        ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(" ")).join(", ")})`,
      );
    },
    leave: () => context.close(),
  };
}

function recordLayoutShifts() {
  const shifts: { value: number; moved: string[] }[] = [];
  Reflect.set(window, "layoutShifts", shifts);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (Reflect.get(entry, "hadRecentInput") === true) continue;
      const sources: { node: Node | null }[] = Reflect.get(entry, "sources");
      const moved = sources.map(({ node }) =>
        node instanceof Element ? `${node.tagName}#${node.id}.${node.className}` : "?",
      );
      shifts.push({ value: Number(Reflect.get(entry, "value")), moved });
    }
  }).observe({ type: "layout-shift", buffered: true });
}
