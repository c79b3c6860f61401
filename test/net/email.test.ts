import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { parseMailAddress, sendMail } from "../../src/net/email.ts";
import type { Mail } from "../../src/net/email.ts";

const mail: Mail = {
  id: "mail_1",
  from: { name: "Halftone", email: "halftone@shop.example" },
  to: "ann@shop.example",
  subject: "Hello",
  text: "Hello",
  html: "<p>Hello</p>",
  attachment: { filename: "output.csv", type: "text/csv", bytes: new TextEncoder().encode("S. No.\r\n") },
};

describe("parseMailAddress", () => {
  test.each([
    ["ann@shop.example", "ann@shop.example"],
    ["Ann.Lee+tag@Shop.Example", "Ann.Lee+tag@shop.example"],
    ["o'hara@a.b.c.example", "o'hara@a.b.c.example"],
    ["ann@bücher.example", "ann@xn--bcher-kva.example"],
    [`${"a".repeat(64)}@shop.example`, `${"a".repeat(64)}@shop.example`],
  ])("takes %s", (text, address) => {
    expect(parseMailAddress(text)).toBe(address);
  });

  test.each([
    "",
    "ann",
    "ann@",
    "@shop.example",
    "ann@shop",
    "ann@127.0.0.1",
    "ann@[127.0.0.1]",
    "ann@shop.example:25",
    "ann@shop.example/path",
    "ann@user@shop.example",
    "ann..lee@shop.example",
    ".ann@shop.example",
    "ann lee@shop.example",
    '"ann"@shop.example',
    "Ann <ann@shop.example>",
    "ann@shop.example\r\nBcc: bob@shop.example",
    "ann\r\nBcc:bob@shop.example",
    "ann@-shop.example",
    "ann@shop..example",
    "änn@shop.example",
    `${"a".repeat(65)}@shop.example`,
    `ann@${"a.".repeat(125)}example`,
  ])("refuses %j", (text) => {
    expect(parseMailAddress(text)).toBeNull();
  });
});

describe("sendMail", () => {
  test("is accepted by the local service, with its attachment as bytes", async () => {
    expect(await sendMail(env.EMAIL, mail)).toEqual({ end: "accepted" });
  });

  test.each([
    ["E_RATE_LIMIT_EXCEEDED", "refused_for_now"],
    ["E_DAILY_LIMIT_EXCEEDED", "refused_for_now"],
    ["E_INTERNAL_SERVER_ERROR", "refused_for_now"],
    ["E_RECIPIENT_SUPPRESSED", "refused"],
    ["E_SENDER_NOT_VERIFIED", "refused"],
    ["E_CODE_OF_TOMORROW", "refused"],
  ])("takes %s for %s", async (code, end) => {
    const service = { send: () => Promise.reject(Object.assign(new Error("ann@shop.example: no"), { code })) };

    expect(await sendMail(service, mail)).toEqual({ end, error: code });
  });

  test.each([new Error("Network connection lost."), Object.assign(new Error("?"), { code: "ann@shop.example" }), null])(
    "does not know how it ended when the answer is lost: %s",
    async (thrown) => {
      const service = { send: () => Promise.reject(thrown) };

      expect(await sendMail(service, mail)).toEqual({ end: "unknown", error: "unknown" });
    },
  );
});
