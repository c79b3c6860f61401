// How many cases each codec gets.

/** In thousandths of a run: more where code is ours and long, less where a case is slow. */
const shares = { jpeg: 270, png: 210, webp: 70, avif: 80, gif: 90, bmp: 60, tiff: 100, ico: 40, jxl: 30, compress: 50 };

export type CodecName = keyof typeof shares;

export const codecNames: readonly CodecName[] = Object.keys(shares).filter(isCodecName);

export function isCodecName(name: string): name is CodecName {
  return Object.hasOwn(shares, name);
}

export interface Stretch {
  codec: CodecName;
  from: number;
  to: number;
}

/** A share is rounded up, so that all together make at least as many as were asked for. */
export function planCases(cases: number, codec: CodecName | null): Stretch[] {
  if (codec !== null) return [{ codec, from: 0, to: cases }];
  return codecNames.map((one) => ({ codec: one, from: 0, to: Math.ceil((cases * shares[one]) / 1000) }));
}
