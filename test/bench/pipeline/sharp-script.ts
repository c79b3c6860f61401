// The same work as a plain script with sharp does it, for comparison: fetch, re-encode at quality 50, keep the source where
// that is smaller, write the file, record what became of it in SQLite, ten images at a time, and the CSV at the end.
// Arguments: a file with a URL a line, a folder, `mozjpeg` or nothing. Prints JSON. One thread does the encoding: the caller
// sets UV_THREADPOOL_SIZE to 1.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import sharp from "sharp";

sharp.concurrency(1);
const [list = "", folder = "", engine] = process.argv.slice(2);
const urls = readFileSync(list, "utf8").split("\n");
const database = new DatabaseSync(join(folder, "record.db"));
// The fast way to keep a record that survives the script: a commit that does not wait for the disk.
database.exec("pragma journal_mode = wal; pragma synchronous = normal");
database.exec(
  "create table images (position integer primary key, url text, outcome text, bytes_in int, bytes_out int)",
);
const record = database.prepare("insert or replace into images values (?, ?, ?, ?, ?)");

// Compiled and connected, as a service is that has been running.
await processAll(urls.slice(0, 20));
const started = performance.now();
const cpu = process.cpuUsage();
const bytes = await processAll(urls);
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, cpuMs: (user + system) / 1000, bytes }));

/** Answers the bytes of all outputs. */
async function processAll(sources: readonly string[]): Promise<number> {
  const files: string[] = [];
  let total = 0;
  let next = 0;
  const work = async () => {
    for (let index = next++; index < sources.length; index = next++) {
      const url = sources[index] ?? "";
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      const source = Buffer.from(await response.arrayBuffer());
      const output = await sharp(source)
        .jpeg({ quality: 50, mozjpeg: engine === "mozjpeg" })
        .toBuffer();
      const isSmaller = output.length < source.length;
      const file = join(folder, `${index + 1}.jpg`);
      await writeFile(file, isSmaller ? output : source);
      const size = Math.min(output.length, source.length);
      record.run(index + 1, url, isSmaller ? "compressed" : "kept_original", source.length, size);
      total += size;
      files[index] = file;
    }
  };
  await Promise.all(Array.from({ length: 10 }, work));
  const rows = sources.map((url, index) => `${index + 1},${url},${files[index]}`);
  await writeFile(join(folder, "output.csv"), rows.join("\r\n"));
  return total;
}
