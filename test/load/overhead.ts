// CPU of the whole of workerd for an image that costs its codec next to nothing: what Halftone spends around the codec. The
// emulators of D1, R2 and the queue run in the same process and are in the figure, so it is a bound from above.
import { createServer } from "node:http";
import sharp from "sharp";
import { startLocalStack } from "../../scripts/local-stack.ts";
import { workerdUsage } from "../bench/workerd-usage.ts";

const sizes = [100, 600] as const;

const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#c0392b" } })
  .jpeg({ quality: 95 })
  .toBuffer();
const shop = createServer((_, response) => response.writeHead(200, { "content-type": "image/jpeg" }).end(photo));
await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
const address = shop.address();
if (address === null || typeof address === "string") throw new Error("The shop has no port.");
const host = `127.0.0.1:${address.port}`;
const stack = await startLocalStack({ vars: { ALLOW_PRIVATE_HOSTS: host } });
try {
  await cpuOfJob(50);
  const [few, many] = [await cpuOfJob(sizes[0]), await cpuOfJob(sizes[1])];
  const perImage = (many.cpuMs - few.cpuMs) / (sizes[1] - sizes[0]);
  const perSecond = (sizes[1] / many.ms) * 1000;
  console.log(`CPU around the codec: ${perImage.toFixed(1)} ms an image; ${perSecond.toFixed(0)} images a second here`);
  console.log(`CPU of a job beside its images: ${(few.cpuMs - sizes[0] * perImage).toFixed(0)} ms`);
} finally {
  await stack.stop();
  shop.close();
}

async function cpuOfJob(images: number): Promise<{ cpuMs: number; ms: number }> {
  const rows = Array.from({ length: images }, (_, at) => `${at + 1},Product,http://${host}/${images}-${at}.jpg`);
  const csv = ["S. No.,Product Name,Input Image Urls", ...rows].join("\n");
  const [cpuBefore, began] = [workerdUsage().cpuMs, Date.now()];
  const posted = await fetch(`${stack.origin}/v1/jobs`, {
    method: "POST",
    body: csv,
    headers: { "content-type": "text/csv" },
  });
  const job = idAndState(await posted.json());
  for (;;) {
    // Seldom, so that looking costs nothing beside the work.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { state } = idAndState(await (await fetch(`${stack.origin}/v1/jobs/${job.id}`)).json());
    if (state === "completed") break;
    if (state === "failed" || Date.now() - began > 300_000) throw new Error(`The job is ${state}.\n${stack.logTail()}`);
  }
  return { cpuMs: workerdUsage().cpuMs - cpuBefore, ms: Date.now() - began };
}

function idAndState(body: unknown): { id: string; state: string } {
  if (typeof body === "object" && body !== null && "id" in body && "state" in body) {
    return { id: String(body.id), state: String(body.state) };
  }
  throw new Error(`This is no job: ${JSON.stringify(body)}`);
}
