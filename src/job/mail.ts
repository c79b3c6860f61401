// What a mail says. Pure: from the facts of a job's end, which are fixed when it ends, to a subject, a text and HTML.

import type { JobEvent } from "../store/schema.ts";
import type { JobSummary } from "./summary.ts";

export type Letter = EndLetter | UndeliveredLetter;

/** A job has ended. */
export interface EndLetter {
  about: "end";
  event: JobEvent;
  job: Pick<
    JobSummary,
    | "id"
    | "products"
    | "images_total"
    | "images_succeeded"
    | "images_failed"
    | "bytes_in"
    | "bytes_out"
    | "saved_percent"
    | "expires_at"
  >;
  /** Codes and how many images failed with each, the most frequent first. */
  failures: { code: string; images: number }[];
  links: { job: string; outputCsv: string; failedImages: string };
}

/** A job's webhook was given up. */
export interface UndeliveredLetter {
  about: "undelivered";
  jobId: string;
  deliveryId: string;
  /** Not the whole URL: what stands behind the host may be secret. */
  receiver: string;
  attempts: number;
  /** How the last one ended: a status or a code. */
  lastEnd: string;
  links: { deliveries: string };
}

export interface LetterText {
  subject: string;
  text: string;
  html: string;
}

/** @param attached whether the output CSV comes with the mail, or is only linked. */
export function writeLetter(letter: Letter, attached: boolean): LetterText {
  switch (letter.about) {
    case "end":
      return layOut(titleOf(letter), describeEnd(letter, attached));
    case "undelivered":
      return layOut("Your webhook could not be delivered", describeUndelivered(letter));
  }
}

/** A sentence, a table or a link: what both forms of a mail are made from. */
type Block = string | { rows: [string, string][] } | { link: string; label: string };

function titleOf({ event, job }: EndLetter): string {
  switch (event) {
    case "job.completed":
      return `Your catalogue is ready: ${count(job.images_total, "image")}`;
    case "job.partial":
      return `Your catalogue is ready, but ${job.images_failed} of ${count(job.images_total, "image")} failed`;
    case "job.failed":
      return job.images_total === 0
        ? "Your catalogue held no image"
        : `Your catalogue failed: not one of ${count(job.images_total, "image")} succeeded`;
    case "job.cancelled":
      return "Your catalogue was cancelled";
  }
}

function describeEnd(letter: EndLetter, attached: boolean): Block[] {
  const { job, failures, links } = letter;
  return [
    `${titleOf(letter)}.`,
    {
      rows: [
        ["Products", number(job.products)],
        ["Images", number(job.images_total)],
        ["Succeeded", number(job.images_succeeded)],
        ["Failed", number(job.images_failed)],
        ["Before", size(job.bytes_in)],
        ["After", `${size(job.bytes_out)} (${job.saved_percent} % saved)`],
      ],
    },
    ...(failures.length === 0
      ? []
      : [
          "Why images failed:",
          { rows: failures.map(({ code, images }): [string, string] => [code, number(images)]) },
          { link: links.failedImages, label: "Each failed image, with its reason" },
        ]),
    attached
      ? "The output CSV, with the new URLs, is attached."
      : "The output CSV, with the new URLs, is too large to attach.",
    { link: links.outputCsv, label: "The output CSV" },
    { link: links.job, label: "The job" },
    ...(job.expires_at === null ? [] : [`All of it is kept until ${job.expires_at.slice(0, 10)}.`]),
    `Job ${job.id}`,
  ];
}

function describeUndelivered({ jobId, deliveryId, receiver, attempts, lastEnd, links }: UndeliveredLetter): Block[] {
  return [
    `The webhook to ${receiver} that tells of the end of your job was tried ${count(attempts, "time")} and given up.`,
    {
      rows: [
        ["Last attempt", lastEnd],
        ["Delivery", deliveryId],
      ],
    },
    { link: links.deliveries, label: "Every attempt, and how to have it made again" },
    `Job ${jobId}`,
  ];
}

function layOut(title: string, blocks: Block[]): LetterText {
  return {
    subject: `${title} (Halftone)`,
    text: `${blocks.map(toText).join("\n\n")}\n`,
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Halftone</title></head>',
      '<body style="font:16px/1.5 system-ui,sans-serif;max-width:40em">',
      ...blocks.map(toHtml),
      "</body></html>\n",
    ].join("\n"),
  };
}

function toText(block: Block): string {
  if (typeof block === "string") return block;
  if ("link" in block) return `${block.label}:\n${block.link}`;
  const width = Math.max(...block.rows.map(([name]) => name.length));
  return block.rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

function toHtml(block: Block): string {
  if (typeof block === "string") return `<p>${escapeHtml(block)}</p>`;
  if ("link" in block) return `<p><a href="${escapeHtml(block.link)}">${escapeHtml(block.label)}</a></p>`;
  const rows = block.rows.map(
    ([name, value]) =>
      `<tr><th align="left" style="padding-right:1em">${escapeHtml(name)}</th><td align="right">${escapeHtml(value)}</td></tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

/** Links begin with the host that the upload named, which is the uploader's to choose. */
function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function count(amount: number, unit: string): string {
  return `${number(amount)} ${unit}${amount === 1 ? "" : "s"}`;
}

function number(amount: number): string {
  return amount.toLocaleString("en-US");
}

function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
