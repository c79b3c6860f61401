// The world outside of a chaos run, on this machine's loopback: `/<kind>/<run>.<number>.jpg` is an image address of that
// kind, and `/hook/<box>?fail=2` a webhook's receiver that fails its first calls.
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { readImagePath } from "./jobs.ts";
import { sources } from "./sources.ts";

export interface ReceivedHook {
  id: string;
  signature: string;
  timestamp: string;
  body: string;
}

export interface Internet {
  /** `127.0.0.1:<port>` */
  host: string;
  hooksOf(box: string): ReceivedHook[];
  /** From now on the sources of a run that change are another picture each. */
  change(run: string): void;
  hasChanged(run: string): boolean;
  close(): Promise<void>;
}

export async function openInternet(): Promise<Internet> {
  const boxes = new Map<string, ReceivedHook[]>();
  const changed = new Set<string>();
  const server = createServer((request, response) => {
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
  });
  /** Answers how many have come by now. */
  const receiveHook = async (request: IncomingMessage, box: string): Promise<number> => {
    const hook = await readHook(request);
    const received = [...(boxes.get(box) ?? []), hook];
    boxes.set(box, received);
    return received.length;
  };
  // Silent sources keep their connections.
  server.headersTimeout = server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return {
    host: `127.0.0.1:${address.port}`,
    hooksOf: (box) => boxes.get(box) ?? [],
    change: (run) => void changed.add(run),
    hasChanged: (run) => changed.has(run),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
