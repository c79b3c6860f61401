// What no codec of ours can do, by Cloudflare Images where the deployment allows it: pictures too large for memory, and
// HEIC, for which there is no decoder under a licence that we could pass on.

import { readOutput, type CompressedImage } from "../codecs/codec.ts";
import { writtenFormats, type WrittenFormat } from "../codecs/probe.ts";
import { probe } from "../codecs/sniff.ts";
import type { ImageFailure } from "../errors.ts";
import { encodeByService, sizeByService } from "../net/images-service.ts";
import type { JobOptions } from "../store/schema.ts";
import { logEvent } from "./log.ts";

/**
 * Null where `failure` is none that the service helps with, and where it did not help: what it answers must be of the
 * right format, whole and smaller than the source.
 */
export async function compressByService(
  images: ImagesBinding,
  source: Uint8Array,
  options: JobOptions,
  failure: ImageFailure,
): Promise<CompressedImage | null> {
  const isHeic = failure.kind === "unsupported_format" && failure.format === "HEIC";
  if (failure.kind !== "too_large_for_memory" && !isHeic) return null;
  const image = probe(source);
  // Which the service does not read either.
  if (image.kind === "image" && image.format === "jxl") return null;
  const format = formatFor(options.format, image.kind === "image" ? image.format : null);
  const size = image.kind === "image" ? image : await sizeByService(images, source);
  if (size === null) return null;
  const { quality, scale, background } = options;
  const maxSide = scale < 1 ? Math.max(1, Math.round(Math.max(size.width, size.height) * scale)) : null;
  const bytes = await encodeByService(images, source, { format, quality, maxSide, background });

  const output = bytes === null ? null : readOutput(bytes);
  const isUsed = bytes !== null && output?.format === format && bytes.length < source.length;
  logEvent("images_service_called", { format, used: isUsed });
  return isUsed ? { kind: "compressed", bytes, format, width: output.width, height: output.height } : null;
}

/** What is to be the smallest is so among the codecs here; of the service one format is asked. */
function formatFor(asked: JobOptions["format"], source: string | null): WrittenFormat {
  return (
    writtenFormats.find((format) => format === asked) ?? writtenFormats.find((format) => format === source) ?? "jpeg"
  );
}
