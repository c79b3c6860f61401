// Webhook receivers. Runs on the Node side; a test reads what came by fetching https://receiver.example/received?box=NAME.

export interface ReceivedWebhook {
  id: string;
  timestamp: string;
  signature: string;
  body: string;
}

const boxes = new Map<string, ReceivedWebhook[]>();

/** `/hook?box=NAME&fail=2` answers 500 to the first two calls and 204 to the next; `status` sets another failure. */
export async function answerAsReceiver(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const box = url.searchParams.get("box") ?? "";
  const received = boxes.get(box) ?? [];
  if (url.pathname === "/received") return Response.json(received);
  boxes.set(box, [
    ...received,
    {
      id: request.headers.get("webhook-id") ?? "",
      timestamp: request.headers.get("webhook-timestamp") ?? "",
      signature: request.headers.get("webhook-signature") ?? "",
      body: await request.text(),
    },
  ]);
  const failures = Number(url.searchParams.get("fail") ?? 0);
  if (received.length >= failures) return new Response(null, { status: 204 });
  return new Response("failed", {
    status: Number(url.searchParams.get("status") ?? 500),
    headers: { "retry-after": url.searchParams.get("retry-after") ?? "" },
  });
}
