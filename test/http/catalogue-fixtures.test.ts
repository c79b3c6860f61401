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

const usable = fixtures.flatMap(({ about, csv, expected }) =>
  expected.refused === undefined ? [{ about, csv, expected }] : [],
);
const useless = fixtures.flatMap(({ about, csv, expected: { refused } }) =>
  refused === undefined ? [] : [{ about, csv, refused }],
);

describe("a CSV that can be used", () => {
  test.each(usable)("$about, at POST /v1/jobs", async ({ csv, expected }) => {
    const { status, body } = await upload("/v1/jobs", csv);

    expect(status).toBe(202);
    expect(body.products).toBe(expected.products?.length);
    expect(body.images_total).toBe(expected.products?.reduce((sum, { images = [] }) => sum + images.length, 0));
  });

  test.each(usable.filter(({ expected }) => expected.rejected === undefined))(
    "$about, at POST /upload",
    async ({ csv }) => {
      const { status, body } = await upload("/upload", csv);

      expect(status).toBe(200);
      expect(Object.keys(body)).toEqual(["request_id"]);
    },
  );

  test.each(usable.filter(({ expected }) => expected.rejected !== undefined))(
    "$about, whose bad rows POST /upload refuses",
    async ({ csv }) => {
      const { status, body } = await upload("/upload", csv);

      expect(status).toBe(400);
      expect(body.error).toBe(body.detail);
    },
  );
});

describe("a CSV that cannot be used", () => {
  test.each(useless)("$about", async ({ csv, refused }) => {
    const canonical = await upload("/v1/jobs", csv);
    const legacy = await upload("/upload", csv);

    expect([canonical.status, canonical.body.code]).toEqual([422, refused.code]);
    expect([legacy.status, legacy.body.code]).toEqual([400, refused.code]);
  });
});
