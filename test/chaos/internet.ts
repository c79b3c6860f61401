// The world outside of a chaos run, on this machine's loopback: `/<kind>/<run>.<number>.jpg` is an image address of that
// kind, and `/hook/<box>?fail=2` a webhook's receiver that fails its first calls.
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { readImagePath } from "./jobs.ts";
import { sources } from "./sources.ts";

export interface ReceivedHook {
  id: string;
  signature: string;
  timestamp: string;
  body: string;
}

export interface Internet {
  /** Of image addresses, `127.0.0.1:<port>` each: what one of them keeps waiting does not hold up the images of the others. */
  shops: string[];
  /** Of webhooks. */
  receiver: string;
  hooksOf(box: string): ReceivedHook[];
  /** From now on the sources of a run that change are another picture each. */
  change(run: string): void;
  hasChanged(run: string): boolean;
  close(): Promise<void>;
}

/** Catalogues name several shops. */
const hosts = 1 + 5;

export async function openInternet(): Promise<Internet> {
  const boxes = new Map<string, ReceivedHook[]>();
  const changed = new Set<string>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    response.on("error", () => {});
    const { pathname, searchParams } = new URL(request.url ?? "", "http://internet");
    const [, hook, box = ""] = pathname.split("/");
    if (hook !== "hook") {
      const { kind, run } = readImagePath(pathname);
      const source = sources[kind];
      if (source === undefined) response.writeHead(404).end();
      else source.serve(request, response, changed.has(run));
      return;
    }
    void receiveHook(request, box).then((count) =>
      response.writeHead(count <= Number(searchParams.get("fail")) ? 500 : 204).end(),
    );
  };
  /** Answers how many have come by now. */
  const receiveHook = async (request: IncomingMessage, box: string): Promise<number> => {
    const hook = await readHook(request);
    const received = [...(boxes.get(box) ?? []), hook];
    boxes.set(box, received);
    return received.length;
  };
  const servers = Array.from({ length: hosts }, () => createServer(answer));
  const [receiver = "", ...shops] = await Promise.all(servers.map(listen));
  return {
    shops,
    receiver,
    hooksOf: (box) => boxes.get(box) ?? [],
    change: (run) => void changed.add(run),
    hasChanged: (run) => changed.has(run),
    async close() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** Its hosts, as ALLOW_PRIVATE_HOSTS takes them. */
export function allowed({ shops, receiver }: Internet): string {
  return [receiver, ...shops].join(",");
}

async function listen(server: Server): Promise<string> {
  // Silent sources keep their connections.
  server.headersTimeout = server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return `127.0.0.1:${address.port}`;
}

async function readHook(request: IncomingMessage): Promise<ReceivedHook> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const header = (name: string) => String(request.headers[name] ?? "");
  return {
    id: header("webhook-id"),
    signature: header("webhook-signature"),
    timestamp: header("webhook-timestamp"),
    body: Buffer.concat(chunks).toString(),
  };
}
