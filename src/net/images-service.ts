// Cloudflare Images, for pictures that no codec of ours can hold or read. It is paid for by the picture, and nobody here
// calls it unless the deployment says so.

/** What the binding takes: 20 MB. */
export const maxServiceBytes = 20_000_000;

export interface ServiceOptions {
  format: "jpeg" | "png" | "webp" | "avif";
  /** 1 to 100. */
  quality: number;
  /** The longer side is made no longer than this; null leaves it. */
  maxSide: number | null;
  /** `#rrggbb` */
  background: string;
}

/** Width and height of what the service can read; it does not charge for this. */
export async function sizeByService(
  images: ImagesBinding,
  source: Uint8Array,
): Promise<{ width: number; height: number } | null> {
  if (source.length > maxServiceBytes) return null;
  const info = await images.info(new Blob([source]).stream()).catch(refused);
  return info !== null && "width" in info ? { width: info.width, height: info.height } : null;
}

/**
 * Answers the picture upright, in sRGB and without metadata, or null when the service does not take it. It may answer
 * another format than was asked for. Local emulation leaves the quality out.
 */
export async function encodeByService(
  images: ImagesBinding,
  source: Uint8Array,
  { format, quality, maxSide, background }: ServiceOptions,
): Promise<Uint8Array | null> {
  if (source.length > maxServiceBytes) return null;
  let picture = images.input(new Blob([source]).stream());
  if (maxSide !== null) picture = picture.transform({ width: maxSide, height: maxSide, fit: "scale-down" });
  const output = await picture
    .output({ format: `image/${format}`, quality, ...(format === "jpeg" && { background }) })
    .catch(refused);
  return output === null ? null : new Uint8Array(await output.response().arrayBuffer());
}

/** All that the service refuses comes as an ImagesError with a code, what is over the month's limit too. */
function refused(error: unknown): null {
  if (error instanceof Error && "code" in error) return null;
  throw error;
}
