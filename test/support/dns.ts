// `dns.example` answers DNS over HTTPS in JSON: every name is public but one that leads inside, and none has IPv6.
import type { Host } from "./host.ts";

export const answerAsResolver: Host = (request) => {
  const { searchParams } = new URL(request.url);
  const name = searchParams.get("name");
  const data = name === "leads-inside.example" ? "10.0.0.1" : "8.8.8.8";
  const records = searchParams.get("type") === "A" ? [{ name, type: 1, TTL: 60, data }] : [];
  return Response.json({ Status: 0, Answer: records }, { headers: { "content-type": "application/dns-json" } });
};
