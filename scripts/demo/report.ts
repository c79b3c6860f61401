// What the demo shows at the end.

import type { Image } from "./api.ts";
import { formatBytes, formatSaved, renderTable, shorten } from "./table.ts";

const maxReasons = 20;

export function renderReport(images: readonly Image[]): string {
  const kept = images.filter((image) => image.outcome !== "failed");
  const before = sum(kept, (image) => image.bytes_in);
  const after = sum(kept, (image) => image.bytes_out);
  const rows = images.map((image) => [nameOf(image), endOf(image), ...sizesOf(image)]);
  const total = ["Total", countEnds(images), formatBytes(before), formatBytes(after), formatSaved(before, after)];
  const table = renderTable(
    ["Image", "Outcome", "Before", "After", "Saved"],
    [...rows, null, total],
    new Set(["Before", "After", "Saved"]),
  );

  const reasons = images
    .filter((image) => image.message !== null)
    .map((image) => `  ${nameOf(image)}: ${image.message}`);
  const shown = reasons.slice(0, maxReasons);
  if (reasons.length > shown.length) shown.push(`  ... and ${reasons.length - shown.length} more`);
  return shown.length === 0 ? table : `${table}\n\nWhy some were kept or failed:\n${shown.join("\n")}`;
}

/** The file a result is stored as: `03-cushion.jpg`. */
export function resultName(image: Image): string {
  const stem = lastPart(image.source)
    .replace(/\.[^.]*$/, "")
    .replace(/[^\w-]+/g, "_")
    .slice(0, 60);
  const extension = image.output?.split(".").at(-1) ?? "bin";
  return `${String(image.position).padStart(2, "0")}-${stem}.${extension}`;
}

function nameOf(image: Image): string {
  const name = shorten(lastPart(image.source), 40);
  return image.uses === 1 ? name : `${name} (x${image.uses})`;
}

function lastPart(url: string): string {
  const path = url.split(/[?#]/)[0] ?? "";
  return path.split("/").findLast((part) => part !== "") ?? url;
}

function endOf(image: Image): string {
  const words = { compressed: "compressed", kept_original: "kept", failed: "failed" } satisfies Record<
    Image["outcome"],
    string
  >;
  return image.code === null ? words[image.outcome] : `${words[image.outcome]}: ${image.code}`;
}

function sizesOf({ outcome, bytes_in, bytes_out }: Image): string[] {
  if (outcome === "failed" || bytes_in === null || bytes_out === null) return ["", "", ""];
  return [formatBytes(bytes_in), formatBytes(bytes_out), formatSaved(bytes_in, bytes_out)];
}

function countEnds(images: readonly Image[]): string {
  const count = (outcome: Image["outcome"]) => images.filter((image) => image.outcome === outcome).length;
  return `${count("compressed")} compressed, ${count("kept_original")} kept, ${count("failed")} failed`;
}

function sum(images: readonly Image[], bytesOf: (image: Image) => number | null): number {
  return images.reduce((total, image) => total + (bytesOf(image) ?? 0), 0);
}
