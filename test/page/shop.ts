// The shop of the page's tests: one small server on loopback with painted pictures. It can hold a picture back, so that a
// test sees a job in the middle of its way for as long as it likes.

import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { makeSampleImages } from "../../scripts/sample-images.ts";

export interface Shop {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  close(): Promise<void>;
}

/** Query of a picture that is held back until its group is released: `?held-by=story`. */
const heldBy = "held-by";
/** Query of a picture that is missing until its group is released. */
const missingBy = "missing-by";

export async function openShop(): Promise<Shop> {
  const pictures = new Map((await makeSampleImages()).map((picture) => [`/${picture.name}`, picture]));
  const released = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://shop");
    if (url.pathname === "/release") {
      const group = url.searchParams.get(heldBy) ?? "";
      released.add(group);
      for (const goOn of waiting.get(group) ?? []) goOn();
      response.writeHead(204).end();
      return;
    }
    const group = url.searchParams.get(heldBy);
    if (group !== null && !released.has(group)) {
      await new Promise<void>((goOn) => waiting.set(group, [...(waiting.get(group) ?? []), goOn]));
    }
    const missing = url.searchParams.get(missingBy);
    const picture = missing === null || released.has(missing) ? pictures.get(url.pathname) : undefined;
    if (picture === undefined) response.writeHead(404, { "content-type": "text/plain" }).end("Not here.\n");
    else response.writeHead(200, { "content-type": picture.contentType }).end(picture.bytes);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lets the pictures of this group go. */
export async function release(shop: string, group: string): Promise<void> {
  await fetch(`${shop}/release?${heldBy}=${group}`);
}
