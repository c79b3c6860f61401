// The kinds of image address that a run's catalogues hold, what a server does for each, and how each may end.
import type { IncomingMessage, ServerResponse } from "node:http";
import sharp from "sharp";

export interface Ending {
  outcome: "compressed" | "kept_original" | "failed";
  /** Null where a code may not be there. */
  code: string | null;
}

export interface Source {
  /** How often it comes up beside the others. */
  weight: number;
  endings: Ending[];
  serve: (request: IncomingMessage, response: ServerResponse) => void;
}

const compressed: Ending = { outcome: "compressed", code: null };
const failed = (code: string): Ending => ({ outcome: "failed", code });

const [jpeg, png, webp, small, page] = await makePictures();
const calls = new Map<string, number>();

function send(body: Buffer, contentType = "image/jpeg", status = 200): Source["serve"] {
  return (_, response) => {
    response.writeHead(status, { "content-type": contentType, "content-length": body.length });
    response.end(body);
  };
}

/** Whatever a server may do wrong ends as a failure with its code, and nothing else does. */
export const sources: Record<string, Source> = {
  jpeg: { weight: 30, endings: [compressed], serve: send(jpeg) },
  png: { weight: 8, endings: [compressed], serve: send(png, "image/png") },
  webp: { weight: 8, endings: [compressed], serve: send(webp, "image/webp") },
  small: { weight: 5, endings: [{ outcome: "kept_original", code: "already_small" }], serve: send(small) },
  gone: { weight: 3, endings: [failed("http_404")], serve: send(page, "text/html", 404) },
  broken: { weight: 1, endings: [failed("http_500")], serve: send(page, "text/html", 500) },
  /** Busy at first, then well. */
  busy: {
    weight: 3,
    endings: [compressed],
    serve(request, response) {
      const seen = (calls.get(request.url ?? "") ?? 0) + 1;
      calls.set(request.url ?? "", seen);
      (seen === 1 ? send(page, "text/html", 503) : send(jpeg))(request, response);
    },
  },
  /** A page that says it is a picture. */
  page: { weight: 2, endings: [failed("not_an_image")], serve: send(page) },
  /** A picture that says it is a page. */
  mislabelled: { weight: 2, endings: [compressed], serve: send(jpeg, "text/html") },
  cut: {
    weight: 2,
    endings: [failed("connection_failed"), failed("truncated")],
    serve(_, response) {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": jpeg.length });
      response.write(jpeg.subarray(0, jpeg.length / 2), () => response.destroy());
    },
  },
  half: {
    weight: 2,
    endings: [failed("truncated"), failed("corrupt")],
    serve: send(jpeg.subarray(0, jpeg.length / 2)),
  },
  reset: {
    weight: 1,
    endings: [failed("connection_failed")],
    serve: (request) => void request.socket.resetAndDestroy(),
  },
  /** Takes the request and says nothing. */
  mute: { weight: 0.3, endings: [failed("timeout")], serve: () => {} },
  /** Says that a picture comes, and sends the half of it. */
  stall: {
    weight: 0.3,
    endings: [failed("timeout")],
    serve(_, response) {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": jpeg.length });
      response.write(jpeg.subarray(0, jpeg.length / 2));
    },
  },
  slow: {
    weight: 2,
    endings: [compressed],
    serve(_, response) {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": jpeg.length });
      response.write(jpeg.subarray(0, 100));
      setTimeout(() => response.end(jpeg.subarray(100)), 300);
    },
  },
  huge: {
    weight: 1,
    endings: [failed("too_large")],
    serve(_, response) {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": 10 ** 9 });
      response.write(jpeg);
    },
  },
  moved: {
    weight: 2,
    endings: [compressed],
    serve: (_, response) => void response.writeHead(302, { location: "/jpeg/moved.jpg" }).end(),
  },
  circle: {
    weight: 1,
    endings: [failed("too_many_redirects")],
    serve: (request, response) => void response.writeHead(302, { location: request.url }).end(),
  },
  inside: {
    weight: 1,
    endings: [failed("blocked_address")],
    serve: (_, response) => void response.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
  },
};

async function makePictures(): Promise<[jpeg: Buffer, png: Buffer, webp: Buffer, small: Buffer, page: Buffer]> {
  const [width, height] = [120, 90];
  const pixels = Buffer.alloc(width * height * 3);
  let noise = 1;
  for (let at = 0; at < pixels.length; at++) {
    noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[at] = 128 + 60 * Math.sin(at / 97) + (noise >>> 28);
  }
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } });
  const logo = sharp({ create: { width, height, channels: 4, background: "#c0392b80" } });
  return [
    await picture.clone().jpeg({ quality: 92 }).toBuffer(),
    await logo.png({ compressionLevel: 0 }).toBuffer(),
    await picture.clone().webp({ quality: 95 }).toBuffer(),
    await picture.clone().jpeg({ quality: 10 }).toBuffer(),
    Buffer.from("<!doctype html><title>Shop</title><p>Not the picture you came for.</p>"),
  ];
}
