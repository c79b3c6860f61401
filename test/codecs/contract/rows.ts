import { avif } from "./avif.ts";
import { bmp } from "./bmp.ts";
import { gif } from "./gif.ts";
import { ico } from "./ico.ts";
import { jpeg } from "./jpeg.ts";
import { png } from "./png.ts";
import { jxl } from "./jxl.ts";
import type { Row } from "./row.ts";
import type { Format } from "../../../src/codecs/probe.ts";
import { tiff } from "./tiff.ts";
import { webp } from "./webp.ts";

/** A new format adds its own here, or does not compile. */
export const rows: Row[] = Object.values({ jpeg, png, webp, avif, gif, bmp, tiff, ico, jxl } satisfies Record<
  Format,
  Row
>);
