// One small server on this machine's loopback: the shop that has the images, and the receiver of the webhook.

import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SignedMessage } from "./webhook-signature.ts";

export interface ServedFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

export interface Loopback {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  webhookUrl: string;
  /** The first message that came; rejects when none comes in time. */
  waitForWebhook(timeoutMs: number): Promise<SignedMessage>;
  close(): Promise<void>;
}

const maxWebhookBytes = 1024 * 1024;

export async function startLoopback(files: readonly ServedFile[]): Promise<Loopback> {
  const byPath = new Map(files.map((file) => [`/${file.name}`, file]));
  const { promise: received, resolve: receive } = Promise.withResolvers<SignedMessage>();

  const server = createServer((request, response) => {
    if (request.method === "POST" && request.url === "/webhook") {
      void takeMessage(request, response, receive);
    } else {
      serveFile(byPath.get(request.url ?? ""), request, response);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  const origin = `http://127.0.0.1:${address.port}`;

  return {
    origin,
    webhookUrl: `${origin}/webhook`,
    waitForWebhook(timeoutMs) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`No webhook came within ${timeoutMs / 1000} s.`)), timeoutMs);
        void received.then(resolve).finally(() => clearTimeout(timer));
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function takeMessage(
  request: IncomingMessage,
  response: ServerResponse,
  receive: (message: SignedMessage) => void,
): Promise<void> {
  try {
    const message = await readMessage(request);
    response.writeHead(204).end();
    receive(message);
  } catch {
    response.destroy();
  }
}

function serveFile(file: ServedFile | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (file === undefined) {
    response.writeHead(404, { "content-type": "text/plain" }).end("Not here.\n");
    return;
  }
  response.writeHead(200, { "content-type": file.contentType, "content-length": file.bytes.length });
  response.end(request.method === "HEAD" ? undefined : file.bytes);
}

async function readMessage(request: IncomingMessage): Promise<SignedMessage> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maxWebhookBytes) throw new Error("The webhook is too large.");
    chunks.push(chunk);
  }
  const header = (name: string) => String(request.headers[name] ?? "");
  return {
    id: header("webhook-id"),
    timestamp: header("webhook-timestamp"),
    signature: header("webhook-signature"),
    body: Buffer.concat(chunks),
  };
}
