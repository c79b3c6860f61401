// Whether each image of a job came to what its source deserves with the job's options, and was taken over from an earlier job
// where it had to be, and only there.
import { isDeepStrictEqual } from "node:util";
import type { Client, Json } from "./client.ts";
import { deservedOf } from "./deserved.ts";
import { imageUrl, readImagePath } from "./jobs.ts";
import type { PlannedJob } from "./jobs.ts";
import { breachOf } from "./options.ts";
import type { HandedOut, PlannedOptions } from "./options.ts";
import type { PlayedJob } from "./play.ts";
import { sources } from "./sources.ts";

/** Remembers the sentence where it does not hold. */
export type Expect = (holds: boolean, sentence: string) => void;

/** 2 and 4: one outcome an image, the one that its source deserves with these options, and handed out to the byte. */
export async function checkImages(client: Client, played: PlayedJob, images: Json[], expect: Expect): Promise<void> {
  const atOnce = 8;
  for (let at = 0; at < images.length; at += atOnce) {
    await Promise.all(images.slice(at, at + atOnce).map((image) => checkImage(client, played, image, expect)));
  }
}

async function checkImage(client: Client, { plan, change }: PlayedJob, image: Json, expect: Expect): Promise<void> {
  const { outcome, code, source: url, output } = image;
  if (outcome === null) return;
  const { kind } = readImagePath(new URL(url).pathname);
  const source = sources[kind];
  if (outcome === "failed" || source === undefined || source.pictures === null) {
    const isRight = outcome === "failed" && source !== undefined && source.failures.includes(code);
    return expect(isRight, `says ${outcome} ${code} of ${url}`);
  }
  const says: HandedOut = {
    outcome,
    format: image.format,
    width: image.width,
    height: image.height,
    bytesIn: image.bytes_in,
    outputFormat: image.output_format,
    outputWidth: image.output_width,
    outputHeight: image.output_height,
    bytesOut: image.bytes_out,
  };
  const breach = breachOf(plan.options, says);
  expect(breach === null, `${breach}: ${url}`);

  const response = await client.request(new URL(output).pathname);
  const body = Buffer.from(await response.arrayBuffer());
  const possible = source.pictures.slice(change.before ? 1 : 0, change.after ? 2 : 1);
  const deserved = await Promise.all(possible.map((picture) => handOut(picture, plan.options)));
  const isDeserved = deserved.some(
    (each) => each.code === code && isDeepStrictEqual(each.says, says) && body.equals(each.output),
  );
  const got = `${code} ${JSON.stringify(says)} and ${response.status} with ${body.length} bytes`;
  const due = deserved.map((each) => `${each.code} ${JSON.stringify(each.says)}`).join(" or ");
  expect(isDeserved, `${image.reused ? "hands on" : "hands out"} ${got} of ${url}, which deserves ${due}`);
}

/** What the API should say of it, and the bytes. */
async function handOut(
  picture: Buffer,
  options: PlannedOptions,
): Promise<{ says: HandedOut; code: string | null; output: Uint8Array }> {
  const { code, output, ...facts } = await deservedOf(picture, options);
  return { says: { ...facts, bytesIn: picture.length, bytesOut: output.length }, code, output };
}

/** What an earlier job made is made once; nothing is taken over by a job that does not want it. */
export function checkReuse(
  shops: readonly string[],
  plan: PlannedJob,
  images: Json[],
  reused: ReadonlySet<string>,
  expect: Expect,
): void {
  const urls = new Set(Array.from(reused, (address) => imageUrl(shops, plan, address)));
  for (const image of images) {
    const { kind } = readImagePath(new URL(image.source).pathname);
    const isLasting = sources[kind]?.pictures?.every((picture, _, [first]) => picture === first) === true;
    if (isLasting && image.outcome !== null && urls.has(image.source)) {
      expect(image.reused, `made ${image.source} once more`);
    }
    expect(plan.options.reuse || !image.reused, `has ${image.source} of another job, and wanted none`);
  }
}
