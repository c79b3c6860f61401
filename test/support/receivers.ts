// Webhook receivers. Runs on the Node side; a test reads what came by fetching https://receiver.example/received?box=NAME.
import type { Host, Raw } from "./host.ts";

export interface ReceivedWebhook {
  id: string;
  timestamp: string;
  signature: string;
  body: string;
}

const boxes = new Map<string, ReceivedWebhook[]>();

/**
 * `/hook?box=NAME&fail=2` answers 500 to the first two calls and 204 to the next; `status` sets another failure, and
 * `retry-after` and `webhook-delivery` its headers. `manner` names a receiver that never does better.
 */
export const answerAsReceiver: Host = async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  const box = searchParams.get("box") ?? "";
  const received = boxes.get(box) ?? [];
  if (pathname === "/received") return Response.json(received);
  boxes.set(box, [
    ...received,
    {
      id: request.headers.get("webhook-id") ?? "",
      timestamp: request.headers.get("webhook-timestamp") ?? "",
      signature: request.headers.get("webhook-signature") ?? "",
      body: await request.text(),
    },
  ]);
  const manner = manners[searchParams.get("manner") ?? ""];
  if (manner !== undefined) return manner();
  const failures = Number(searchParams.get("fail") ?? 0);
  if (received.length >= failures) return new Response(null, { status: 204 });
  return new Response("failed", {
    status: Number(searchParams.get("status") ?? 500),
    headers: ["retry-after", "webhook-delivery"].map((name) => [name, searchParams.get(name) ?? ""]),
  });
};

/** Without "close" workerd would send the next request of another test down a connection that is about to end. */
const okHead = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`;

const manners: Record<string, () => Response | Raw> = {
  // As near to a refused connection as the fake internet comes: workerd says the same of both.
  refused: () => ({ raw: (socket) => socket.destroy() }),
  reset: () => ({ raw: (socket) => socket.resetAndDestroy() }),
  slow: () => ({ raw: () => {} }),
  redirect: () => new Response(null, { status: 307, headers: { location: "https://receiver.example/hook?box=moved" } }),
  /** The connection ends, without a goodbye, in the middle of the answer's head. */
  "broken-close": () => ({
    raw: (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-le", () => socket.resetAndDestroy()),
  }),
  endless: () => ({
    raw: (socket) => {
      socket.write(okHead(1024 ** 4));
      const piece = "0123456789abcdef".repeat(1024);
      const write = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on("drain", write);
      write();
    },
  }),
  hanging: () => ({ raw: (socket) => socket.write(`${okHead(20)}half a `) }),
};
