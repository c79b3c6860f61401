// docs/cost.md: what a million images cost, what of it weighs most, and what changes it.
import { counted, measured, prices, pricesFrom } from "./figures.ts";
import { priceOf, totalOf } from "./price.ts";
import type { Load } from "./price.ts";

/** A product photograph, and a shop that uploads a thousand at a time. */
export const usual: Load = {
  megapixels: 2,
  cpuMsPerMegapixel: 7.3,
  outputKilobytes: 80,
  imagesPerJob: 1_000,
  attempts: 1.05,
  perBatch: counted.perBatch,
  months: 1,
  failedShare: 0.02,
  logImages: "failed",
  analytics: true,
  looksPerJob: 60,
  imagesBindingShare: 0,
  remembersSources: true,
};

const variants: [string, Partial<Load>][] = [
  ["photos of 12 MP (outputs of 480 KB)", { megapixels: 12, outputKilobytes: 480 }],
  ["photos of 24 MP (outputs of 960 KB)", { megapixels: 24, outputKilobytes: 960 }],
  ["ten times the CPU a megapixel", { cpuMsPerMegapixel: 73 }],
  ["200 ms a megapixel: a codec on pixels, such as that for WebP", { cpuMsPerMegapixel: 200 }],
  ["every image tried three times", { attempts: 3 }],
  ["batches of one: a queue that is never full", { perBatch: 1 }],
  ["jobs of 10 images", { imagesPerJob: 10 }],
  ["jobs of 10 images, looked at ten times", { imagesPerJob: 10, looksPerJob: 10 }],
  ["no source remembered (`REUSE=off`)", { remembersSources: false }],
  ["kept for a year", { months: 12 }],
  ["a line in the log for each image", { logImages: "all" }],
  ["no lines of images and no data points", { logImages: "none", analytics: false }],
  ["Cloudflare Images for one image in twenty", { imagesBindingShare: 0.05 }],
  ["Cloudflare Images for all of them", { imagesBindingShare: 1 }],
];

const leftOutOfTheAim = /^(?:Logs|Analytics|R2, storage|D1, storage|Coordinator)/;

export function costPage(): string {
  const lines = priceOf(usual);
  const total = totalOf(lines);
  const rows = lines.map(
    ({ meter, units, dollars, remark }) =>
      `| ${meter} | ${units.toFixed(units < 1 ? 3 : 2)} | ${money(dollars)} | ${Math.round((dollars / total) * 100)} % | ${remark} |`,
  );
  const others = variants.map(([name, change]) => {
    const price = totalOf(priceOf({ ...usual, ...change }));
    return `| ${name} | ${money(price)} | ${price >= total ? "+" : "-"}${money(Math.abs(price - total))} |`;
  });
  const deletion = counted.imageDeletion.d1RowsWritten * prices.d1RowsWritten;
  const asReckoned = totalOf(lines.filter(({ meter }) => !leftOutOfTheAim.test(meter))) - deletion;
  return `# What it costs

**${money(total)} for a million images**, at list price and without the month's allowances, half of which nobody can
lower: R2 takes ${money(prices.r2ClassA)} for a million writes and the queue ${money(3 * prices.queueOperations)} for a million messages. Beside it stand the
$5 a month of the Workers Paid plan. The aim was about $9: missed, unless deletion, storage, logs, data points and
coordinators are left aside; without them it is ${money(asReckoned)}.

Written by \`npm run cost\`. Prices are Cloudflare's list of ${pricesFrom}: check them before you count on them. Calls and rows are
counted in workerd, by a test that runs a whole job and fails when an image comes to use more
([\`test/job/cost.test.ts\`](../test/job/cost.test.ts)); CPU is measured
([benchmarks](benchmarks.md)). Nothing here was measured on a deployment: that is what the first bill is for.

Assumed: photos of ${usual.megapixels} MP that take ${usual.cpuMsPerMegapixel} ms a megapixel (JPEG in workerd, the four photos of 1.8 to 2.5 MP of the benchmark) and
leave ${usual.outputKilobytes} KB, ${usual.imagesPerJob.toLocaleString("en")} images a job, ${usual.attempts} attempts and ${usual.failedShare * 100} % failures, full batches of ${usual.perBatch}, ${usual.looksPerJob} looks at each job, everything kept for
${usual.months} month and then deleted, \`LOG_IMAGES=${usual.logImages}\`, a data point an image.

| meter | millions, or GB-months | dollars | share | |
|---|---:|---:|---:|---|
${rows.join("\n")}
| **all** | | **${money(total)}** | | |

The CPU around the codec (${measured.cpuMsAroundCodec} ms an image) was measured with the emulators of D1, R2 and the queue in the same process, so it is
a bound from above. Deleting is in: D1 bills a deleted row as a written one.

## What changes it

| instead | a million images | difference |
|---|---:|---:|
${others.join("\n")}

- **R2 weighs most**, at one write an image: nobody can store a file for less there. Serving is not in the price: a public domain of
  the bucket answers from Cloudflare's cache, and each miss is a read (${money(prices.r2ClassB)} a million); through the Worker each view is a
  request as well (${money(prices.workerRequests)} a million).
- **D1 is next**, with five rows an image: its own is written, settled and deleted, and that of its source written and deleted (\`REUSE=off\` saves those two). Reports go to the coordinator ten at a time, and its counters
  and progress cost a third of a row an image.
- **CPU is cheap** while JPEG is worked on in its coefficients. A codec that decodes to pixels costs more than all the rest.
- **Small jobs are dear**: a job costs some thirty rows and calls whatever it holds.
- **Storage comes back every month.** \`RETENTION_DAYS\` bounds it.

## Allowances

The plan includes each month 10 M requests, 30 M ms of CPU, 1 M queue operations, 1 M writes and 10 M reads of R2, 50 M rows of
D1, 1 M requests and 50 M rows of coordinators, 20 M events of logs, 10 M data points. So the first 300,000 images or so of a month
cost nothing, and the queue and R2 are the first to be paid for. R2 and coordinators are billed by the whole million.
`;
}

function money(dollars: number): string {
  return `$${dollars.toFixed(2)}`;
}
