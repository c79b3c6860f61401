// The internet of the tests: everything that the Worker fetches ends here, on the Node side, and nothing reaches a network.
// Hosts live in modules of their own beside this one, by name. A host nobody knows does not exist, and is told so in the
// way that Cloudflare's edge tells it in production.
//
// `https` arrives as `http`: which of the two was asked for is lost on the way from workerd.
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerAsResolver } from "./dns.ts";
import type { Host, Raw } from "./host.ts";
import { misbehavingHosts } from "./misbehaving-hosts.ts";
import { answerAsOrigin } from "./origin.ts";
import { answerAsReceiver } from "./receivers.ts";
import { answerAsShop } from "./shop.ts";

const hosts: Record<string, Host> = {
  "shop.example": answerAsShop,
  "origin.example": answerAsOrigin,
  "receiver.example": answerAsReceiver,
  "dns.example": answerAsResolver,
  ...misbehavingHosts,
};

export function answer(request: Request): Promise<Response | Raw> {
  const host = hosts[new URL(request.url).host];
  return Promise.resolve(host?.(request) ?? new Response("error code: 1016", { status: 530 }));
}

/** `outboundService: { node: serveInternet }` in the Vitest config. */
export async function serveInternet(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const reply = await answer(await toRequest(incoming));
  if ("raw" in reply) {
    const socket = incoming.socket;
    socket.on("error", () => socket.destroy());
    reply.raw(socket);
    return;
  }
  const headers: [string, string][] = [];
  reply.headers.forEach((value, name) => headers.push([name, value]));
  outgoing.writeHead(reply.status, headers.flat());
  outgoing.end(new Uint8Array(await reply.arrayBuffer()));
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    // Miniflare's own.
    if (name.startsWith("mf-")) continue;
    for (const value of values ?? []) headers.append(name, value);
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of incoming) chunks.push(new Uint8Array(chunk));
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  const url = `http://${headers.get("host") ?? "unknown"}${incoming.url ?? "/"}`;
  return new Request(url, { method, headers, ...(hasBody && { body: new Blob(chunks) }) });
}
