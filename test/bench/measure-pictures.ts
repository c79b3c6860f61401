// Ours beside peers on pictures of one format at quality 50: CPU, bytes, likeness, and bytes at equal likeness.
import sharp from "sharp";
import { has, valueOf } from "./arguments.ts";
import type { Picture } from "./files-below.ts";
import { createPictureJudge, type PictureJudge, type PictureScore } from "./picture-scores.ts";
import type { RasterEncoder, RasterRun } from "./raster.ts";
import { bytesAtScore, type RatePoint } from "./statistics.ts";

/** Around 50, for the bytes that a peer's score would cost. */
const curve = [20, 35, 65, 80];

export interface Contest {
  ours: RasterEncoder;
  peers: readonly (readonly [name: string, encode: RasterEncoder])[];
}

export interface PictureRow {
  name: string;
  megapixels: number;
  sourceBytes: number;
  ours: RasterRun;
  score: PictureScore;
  peers: PeerResult[];
}

export interface PeerResult {
  name: string;
  run: RasterRun;
  score: PictureScore;
  /** What ours takes at the peer's score; null where that lies beyond our curve, or ours lost nothing. */
  equalBytes: number | null;
}

export interface Contested {
  rows: PictureRow[];
  /** Pictures that ours leaves as they are. */
  kept: string[];
  rounds: number;
}

/** Options: --rounds 3, --photo NAME, --no-curves (no bytes at equal score). */
export async function measurePictures(pictures: readonly Picture[], contest: Contest): Promise<Contested> {
  const only = valueOf("--photo");
  const contested: Contested = { rows: [], kept: [], rounds: Number(valueOf("--rounds") ?? 3) };
  for (const picture of pictures) {
    if (only !== null && !picture.name.includes(only)) continue;
    const row = await measurePicture(picture, contest, contested.rounds);
    if (row === null) contested.kept.push(picture.name);
    else contested.rows.push(row);
    console.log(row === null ? `${picture.name}: kept` : lineOf(row));
  }
  return contested;
}

async function measurePicture({ name, bytes }: Picture, contest: Contest, rounds: number): Promise<PictureRow | null> {
  const runs = await fastest(bytes, rounds, [["ours", contest.ours], ...contest.peers]);
  const ours = runs.get("ours");
  if (ours === undefined) return null;
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const judge = await createPictureJudge(bytes);
  const score = await judge(ours.bytes);
  const points =
    ours.lossless === true || has("--no-curves") ? [] : await rateCurve(contest.ours, bytes, judge, ours, score);
  const peers: PeerResult[] = [];
  for (const [peer] of contest.peers) {
    const run = runs.get(peer);
    if (run === undefined) continue;
    const peerScore = await judge(run.bytes);
    const equalBytes = points.length > 0 ? bytesAtScore(points, peerScore.ssimulacra2) : null;
    peers.push({ name: peer, run, score: peerScore, equalBytes });
  }
  return { name, megapixels: (width * height) / 1e6, sourceBytes: bytes.length, ours, score, peers };
}

/** All take turns, so that a busy moment of the machine hits each alike; the round that cost least counts. */
async function fastest(
  source: Uint8Array,
  rounds: number,
  encoders: readonly (readonly [name: string, encode: RasterEncoder])[],
): Promise<Map<string, RasterRun>> {
  const best = new Map<string, RasterRun>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, encode] of encoders) {
      const run = await encode(source, 50);
      if (run !== null && run.cpuMs < (best.get(name)?.cpuMs ?? Infinity)) best.set(name, run);
    }
  }
  return best;
}

async function rateCurve(
  encode: RasterEncoder,
  source: Uint8Array,
  judge: PictureJudge,
  at50: RasterRun,
  score: PictureScore,
): Promise<RatePoint[]> {
  const points = [{ bytes: at50.bytes.length, score: score.ssimulacra2 }];
  for (const quality of curve) {
    const run = await encode(source, quality);
    if (run !== null) points.push({ bytes: run.bytes.length, score: (await judge(run.bytes)).ssimulacra2 });
  }
  return points;
}

function lineOf({ name, megapixels, ours, score, peers }: PictureRow): string {
  const beside = peers.map(
    ({ name: peer, run, score: theirs }) =>
      `${peer}: CPU ${(ours.cpuMs / run.cpuMs).toFixed(2)}x, bytes ${(ours.bytes.length / run.bytes.length).toFixed(2)}x, ` +
      `SSIMULACRA2 ${(score.ssimulacra2 - theirs.ssimulacra2).toFixed(1)}`,
  );
  return `${name} ${megapixels.toFixed(1)} MP: ${(ours.cpuMs / megapixels).toFixed(0)} ms/MP; ${beside.join("; ")}`;
}
