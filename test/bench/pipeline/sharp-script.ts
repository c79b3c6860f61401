// The same work as a plain script with sharp does it, for comparison: fetch, re-encode at quality 50, write to disk, ten at
// a time, and a list of what became of them at the end. Arguments: a file with a URL a line, a folder, `mozjpeg` or nothing.
// Prints JSON. One thread does the encoding: the caller sets UV_THREADPOOL_SIZE to 1.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

sharp.concurrency(1);
const [list = "", folder = "", engine] = process.argv.slice(2);
const urls = readFileSync(list, "utf8").split("\n");
const started = performance.now();
const cpu = process.cpuUsage();
const lines: string[] = [];
let next = 0;
let bytes = 0;

await Promise.all(Array.from({ length: 10 }, () => work()));
await writeFile(join(folder, "output.csv"), lines.join("\r\n"));
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, cpuMs: (user + system) / 1000, bytes }));

async function work(): Promise<void> {
  for (let index = next++; index < urls.length; index = next++) {
    const source = Buffer.from(await (await fetch(urls[index] ?? "")).arrayBuffer());
    const output = await sharp(source)
      .jpeg({ quality: 50, mozjpeg: engine === "mozjpeg" })
      .toBuffer();
    const smaller = output.length < source.length ? output : source;
    const file = join(folder, `${index + 1}.jpg`);
    await writeFile(file, smaller);
    bytes += smaller.length;
    lines[index] = `${index + 1},${urls[index]},${file}`;
  }
}
