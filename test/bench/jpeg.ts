// The section about JPEG: our engine beside its peers on real photos. Prints the table of targets and answers the report.
// Options: FOLDER, --rounds 5, --photo NAME, --no-curves, --no-progressive, --no-huge, --no-workerd.
import { folderArgument, has, valueOf } from "./arguments.ts";
import { loadEngines, type Engine } from "./engines.ts";
import { hugePhoto } from "./huge-photo.ts";
import { measurePhoto, type PhotoMeasurement } from "./measure-photo.ts";
import { findPhotos, generatePhotos, type Photo } from "./photos.ts";
import { writeReport } from "./report.ts";
import { cpuRatio, summarise, type HugeMeasurement } from "./summary.ts";
import { printValue, verdictOf } from "./targets.ts";
import { measureInWorkerd, type WorkerdTiming } from "./workerd-cpu.ts";

/** Null where a folder holds no JPEG. */
export async function measureJpeg(): Promise<string | null> {
  const started = Date.now();
  const { photos, origin } = await choosePhotos(folderArgument());
  if (photos.length === 0) return null;
  const engines = await loadEngines();
  const measurements: PhotoMeasurement[] = [];
  for (const photo of photos) {
    const measurement = await measurePhoto(photo, engines, {
      rounds: Number(valueOf("--rounds") ?? 5),
      withCurves: !has("--no-curves"),
      withProgressive: !has("--no-progressive"),
    });
    measurements.push(measurement);
    console.log(progressLine(measurement));
  }
  const huge = has("--no-huge") ? null : await measureHuge(engines, photos);
  const workerd = has("--no-workerd") ? null : await tryWorkerd(timedAsTheyAre(measurements, photos));
  const measured = summarise(measurements, huge);
  for (const row of measured) {
    const { target, value, remark } = row;
    const limits = `floor ${printValue(target.floor, target.unit)}, goal ${printValue(target.goal, target.unit)}`;
    console.log(`${target.name}: ${printValue(value, target.unit)} (${limits}) ${verdictOf(row)}  ${remark}`);
  }
  const seconds = (Date.now() - started) / 1000;
  return writeReport({ photos: measurements, measured, workerd, origin, seconds });
}

async function choosePhotos(folder: string | null): Promise<{ photos: Photo[]; origin: string }> {
  const only = valueOf("--photo");
  const found = (await findPhotos(folder)).filter(({ name }) => only === null || name.includes(only));
  if (folder !== null) return { photos: found, origin: "A folder given on the command line." };
  if (found.length > 0) {
    const origin =
      "Desktop wallpapers of the Debian packages mate-backgrounds and lomiri-wallpapers (`npm run corpus`).";
    return { photos: found, origin };
  }
  const origin = "**Made-up pictures, not photos**: none were found. `npm run corpus` fetches real ones.";
  console.log(origin);
  return { photos: await generatePhotos(), origin };
}

async function measureHuge(engines: readonly Engine[], photos: readonly Photo[]): Promise<HugeMeasurement | null> {
  const ours = engines.find(({ name }) => name === "halftone");
  if (ours === undefined) return null;
  const { bytes } = await hugePhoto(photos);
  const before = process.cpuUsage();
  const encoded = await ours.encode(bytes, 50);
  const cpu = process.cpuUsage(before);
  return {
    sourceBytes: bytes.length,
    outputBytes: encoded.bytes.length,
    wasmBytes: encoded.wasmBytes ?? 0,
    cpuMs: (cpu.user + cpu.system) / 1000,
  };
}

/** A port taken or a wrangler that does not start must not cost the rest of the run. */
async function tryWorkerd(photos: readonly Photo[]): Promise<WorkerdTiming[] | null> {
  try {
    return await measureInWorkerd(photos);
  } catch (error) {
    console.error("Not measured inside workerd:", error);
    return null;
  }
}

/** Photos that were timed as they are, so that the two homes of the same wasm get the same file. */
function timedAsTheyAre(measurements: readonly PhotoMeasurement[], photos: readonly Photo[]): Photo[] {
  return photos.filter((photo, index) => {
    const isSame = measurements[index]?.sourceBytes === photo.bytes.length;
    return isSame && photo.bytes.length < 20_000_000;
  });
}

function progressLine(measurement: PhotoMeasurement): string {
  const ours = measurement.times.get("halftone");
  const perMegapixel = ours === undefined ? "-" : (ours.cpuMs / measurement.megapixels).toFixed(1);
  const beside = (["sharp", "sharp mozjpeg", "jSquash"] as const)
    .map((peer) => `${printValue(cpuRatio(measurement.times, peer), "x")} ${peer}`)
    .join(", ");
  return `${measurement.name} ${measurement.megapixels.toFixed(1)} MP: ${perMegapixel} ms/MP, ${beside}`;
}
