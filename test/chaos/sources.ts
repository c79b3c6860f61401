// The kinds of image address that a run's catalogues hold, what a server does for each, and how each may end.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { gif, jpegs, page, pngs, small, webps } from "./pictures.ts";
import type { Pictures } from "./pictures.ts";
import { dated, isUnchanged, tagged, weaklyTagged } from "./validators.ts";
import type { Validating } from "./validators.ts";

export interface Source {
  /** How often it comes up beside the others. */
  weight: number;
  /** Null where there never comes one whole. */
  pictures: Pictures | null;
  /** The codes under which it may fail; none where it must not. */
  failures: string[];
  serve: (request: IncomingMessage, response: ServerResponse, hasChanged: boolean) => void;
}

const [jpeg] = jpegs;
const calls = new Map<string, number>();

/** Whether this is the first request to an address of those that are counted here. */
function isFirst(request: IncomingMessage): boolean {
  const address = request.url ?? "";
  const seen = (calls.get(address) ?? 0) + 1;
  calls.set(address, seen);
  return seen === 1;
}

function answer(response: ServerResponse, body: Buffer, headers: OutgoingHttpHeaders = {}, status = 200): void {
  response.writeHead(status, { "content-type": "image/jpeg", "content-length": body.length, ...headers }).end(body);
}

/** One that hands out its picture whatever it is asked. */
function plain(weight: number, picture: Buffer, contentType = "image/jpeg"): Source {
  return {
    weight,
    pictures: [picture, picture],
    failures: [],
    serve: (_, response) => answer(response, picture, { "content-type": contentType }),
  };
}

function failing(weight: number, failures: string[], serve: Source["serve"]): Source {
  return { weight, pictures: null, failures, serve };
}

/** One that need not send again what is known. */
function validated(weight: number, pictures: Pictures, validating: Validating): Source {
  return {
    weight,
    pictures,
    failures: [],
    serve(request, response, hasChanged) {
      const said = validating(hasChanged);
      if (isUnchanged(request.headers, said)) response.writeHead(304, said).end();
      else answer(response, pictures[hasChanged ? 1 : 0], said);
    },
  };
}

/** The same picture for good. */
function lasting([picture]: Pictures): Pictures {
  return [picture, picture];
}

/** Whatever a server may do wrong ends as a failure with its code, and nothing else does. */
export const sources: Record<string, Source> = {
  jpeg: plain(24, jpeg),
  png: plain(7, pngs[0], "image/png"),
  webp: plain(6, webps[0], "image/webp"),
  gif: plain(2, gif, "image/gif"),
  small: plain(4, small),
  /** A picture that says it is a page. */
  mislabelled: plain(2, jpeg, "text/html"),

  tagged: validated(10, lasting(jpegs), () => tagged(false)),
  weak: validated(4, lasting(webps), () => weaklyTagged(false)),
  dated: validated(6, lasting(pngs), () => dated(false)),
  /** Three that become another in the middle of some runs: the last one does not say so. */
  newtag: validated(4, jpegs, tagged),
  newdate: validated(3, pngs, dated),
  newbytes: validated(3, webps, () => ({})),
  /** Another tag with each answer, as where many machines make up their own. */
  restless: {
    ...plain(2, jpeg),
    serve: (_, response) => answer(response, jpeg, { etag: `"${Math.random()}"` }),
  },
  /** Says of another picture that it has not changed. */
  confused: {
    ...plain(1, jpeg),
    serve(request, response) {
      if (request.headers["if-none-match"] === undefined) answer(response, jpeg, { etag: '"asked"' });
      else response.writeHead(304, { etag: '"another"' }).end();
    },
  },
  /** Busy when it is first asked whether anything is new. */
  weary: {
    ...plain(2, jpeg),
    serve(request, response) {
      const said = tagged(false);
      if (!isUnchanged(request.headers, said)) answer(response, jpeg, said);
      else if (isFirst(request)) answer(response, page, { "content-type": "text/html" }, 503);
      else response.writeHead(304, said).end();
    },
  },
  moved: {
    ...plain(2, jpeg),
    serve: (_, response) => void response.writeHead(302, { location: "/jpeg/moved.jpg" }).end(),
  },
  /** Moved to where it is tagged. */
  forwarded: {
    ...plain(2, jpeg),
    serve: (_, response) => void response.writeHead(301, { location: "/tagged/moved.jpg" }).end(),
  },
  /** Busy at first, then well. */
  busy: {
    ...plain(3, jpeg),
    serve(request, response) {
      if (isFirst(request)) answer(response, page, { "content-type": "text/html" }, 503);
      else answer(response, jpeg);
    },
  },
  slow: {
    ...plain(2, jpeg),
    serve(_, response) {
      response.writeHead(200, { "content-type": "image/jpeg", "content-length": jpeg.length });
      response.write(jpeg.subarray(0, 100));
      setTimeout(() => response.end(jpeg.subarray(100)), 300);
    },
  },

  gone: failing(3, ["http_404"], (_, response) => answer(response, page, { "content-type": "text/html" }, 404)),
  broken: failing(1, ["http_500"], (_, response) => answer(response, page, { "content-type": "text/html" }, 500)),
  /** A page that says it is a picture. */
  page: failing(2, ["not_an_image"], (_, response) => answer(response, page)),
  cut: failing(2, ["connection_failed", "truncated"], (_, response) => {
    response.writeHead(200, { "content-type": "image/jpeg", "content-length": jpeg.length });
    response.write(jpeg.subarray(0, jpeg.length / 2), () => response.destroy());
  }),
  half: failing(2, ["truncated", "corrupt"], (_, response) => answer(response, jpeg.subarray(0, jpeg.length / 2))),
  reset: failing(1, ["connection_failed"], (request) => void request.socket.resetAndDestroy()),
  /** Takes the request and says nothing. */
  mute: failing(0.3, ["timeout"], () => {}),
  /** Says that a picture comes, and sends the half of it. */
  stall: failing(0.3, ["timeout"], (_, response) => {
    response.writeHead(200, { "content-type": "image/jpeg", "content-length": jpeg.length });
    response.write(jpeg.subarray(0, jpeg.length / 2));
  }),
  huge: failing(1, ["too_large"], (_, response) => {
    response.writeHead(200, { "content-type": "image/jpeg", "content-length": 10 ** 9 });
    response.write(jpeg);
  }),
  circle: failing(1, ["too_many_redirects"], (request, response) => {
    response.writeHead(302, { location: request.url }).end();
  }),
  inside: failing(1, ["blocked_address"], (_, response) => {
    response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
  }),
};
