/// <reference types="vite/client" />
// Every file of test/fixtures/csv as a stranger uploads it: by the canonical API, which lets a bad row fail alone, and by
// an earlier service's, which refuses the whole.
import { describe, expect, test } from "vitest";
import { app } from "../../src/http/app.ts";
import { envWith, quietCoordinators } from "../support/coordinators.ts";
import { csvForm } from "../support/jobs.ts";
import type { Json } from "../support/jobs.ts";

interface Expectation {
  about: string;
  products?: { images?: number[] }[];
  images?: string[];
  rejected?: string[];
  refused?: { code: string };
}

const files = import.meta.glob<string>("../fixtures/csv/*.csv", {
  query: "?url&inline",
  import: "default",
  eager: true,
});
const expectations = import.meta.glob<Expectation>("../fixtures/csv/*.json", { import: "default", eager: true });

const fixtures = Object.entries(expectations).map(([path, expected]) => ({
  about: expected.about,
  csv: Uint8Array.from(atob((files[path.replace(/json$/, "csv")] ?? "").replace(/^[^,]*,/, "")), (c) =>
    c.charCodeAt(0),
  ),
  expected,
}));

async function upload(path: string, csv: Uint8Array<ArrayBuffer>) {
  const quiet = envWith({ COORDINATOR: quietCoordinators() });
  const response = await app.request(path, { method: "POST", body: csvForm(csv) }, quiet);
  return { status: response.status, body: await response.json<Json>() };
}

test("there are at least forty", () => {
  expect(fixtures.length).toBeGreaterThanOrEqual(40);
});

describe.each(fixtures)("$about", ({ csv, expected }) => {
  test("at POST /v1/jobs", async () => {
    const { status, body } = await upload("/v1/jobs", csv);

    if (expected.refused !== undefined) {
      expect([status, body.code]).toEqual([422, expected.refused.code]);
    } else {
      expect(status).toBe(202);
      expect(body.products).toBe(expected.products?.length);
      expect(body.images_total).toBe(expected.products?.reduce((sum, { images = [] }) => sum + images.length, 0));
    }
  });

  test("at POST /upload", async () => {
    const { status, body } = await upload("/upload", csv);

    if (expected.refused !== undefined || expected.rejected !== undefined) {
      expect(status).toBe(400);
      expect(body.error).toBe(body.detail);
    } else {
      expect(status).toBe(200);
      expect(Object.keys(body)).toEqual(["request_id"]);
    }
  });
});
