// The shop that catalogues link to. Runs on the Node side of the tests, where sharp can make any picture on demand:
// https://shop.example/photo.jpg?width=320&height=240&quality=92&seed=1&progressive=1
import sharp from "sharp";

const visited = new Set<string>();
const pictures = new Map<string, Promise<Buffer>>();

export async function answerAsShop(request: Request): Promise<Response> {
  const url = new URL(request.url);
  switch (url.pathname) {
    case "/photo.jpg":
      return image(url, "image/jpeg");
    case "/photo.webp":
      return image(url, "image/webp");
    case "/flat.gif":
      return image(url, "image/gif");
    case "/logo.png":
      return image(url, "image/png");
    case "/page.html":
      return new Response("<!doctype html><title>Shop</title>", { headers: { "content-type": "text/html" } });
    case "/recovers.jpg": {
      // The first time there is nothing; from then on a picture.
      const known = visited.has(url.href);
      visited.add(url.href);
      return known ? image(new URL("/photo.jpg", url), "image/jpeg") : new Response("not yet", { status: 404 });
    }
    case "/busy.jpg":
      return new Response("busy", { status: 503 });
    default:
      return new Response("not found", { status: 404 });
  }
}

async function image(url: URL, contentType: string): Promise<Response> {
  const made = pictures.get(url.href) ?? make(url);
  pictures.set(url.href, made);
  return new Response(new Uint8Array(await made), { headers: { "content-type": contentType } });
}

function make(url: URL): Promise<Buffer> {
  const number = (name: string, fallback: number) => Number(url.searchParams.get(name) ?? fallback);
  const width = number("width", 160);
  const height = number("height", 120);
  if (url.pathname.endsWith(".png")) return logo(width, height);
  if (url.pathname.endsWith(".gif")) return striped(width, height);
  const picture = sharp(photo(width, height, number("seed", 1)), { raw: { width, height, channels: 3 } });
  const quality = number("quality", 92);
  if (url.pathname.endsWith(".webp")) return picture.webp({ quality }).toBuffer();
  return picture.jpeg({ quality, progressive: url.searchParams.get("progressive") === "1" }).toBuffer();
}

/** Flat colour, stored without compression. */
function logo(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background: "#c0392b80" } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

/** Two colours in a pattern that LZW packs worse than PNG does. */
function striped(width: number, height: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return ((pixel % width) * (Math.floor(pixel / width) % 7) * 5) % 11 < 5 ? 20 : 230;
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .gif()
    .toBuffer();
}

/** Soft waves with some grain: compresses about as a photo does. */
function photo(width: number, height: number, seed: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  const across = Float64Array.from({ length: width * 3 }, (_, at) =>
    Math.sin((Math.floor(at / 3) + seed * 7) / 23 + (at % 3)),
  );
  let noise = seed * 2_654_435_761;
  for (let y = 0, index = 0; y < height; y++) {
    const down = Math.cos(y / 17 + seed);
    for (const wave of across) {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      pixels[index++] = Math.max(0, Math.min(255, 128 + (wave + down) * 50 + ((noise >>> 24) - 128) / 6));
    }
  }
  return pixels;
}
