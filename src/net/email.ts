// Hands one mail to Cloudflare's Email Service. The only place that sends any.

export interface Mail {
  /** Lets whoever reads the mail see that it is the same again. */
  id: string;
  from: { name: string; email: string };
  to: string;
  subject: string;
  text: string;
  html: string;
  attachment: MailAttachment | null;
}

export interface MailAttachment {
  filename: string;
  type: string;
  /** Bytes and not base64: `wrangler dev` stores a string as it is. */
  bytes: Uint8Array;
}

/**
 * How the attempt ended: `accepted` by the service, not in the inbox; `refused` for good; `refused_for_now`; or `unknown`,
 * when the answer was lost and the service may have taken the mail.
 */
export type MailResult =
  | { end: "accepted" }
  | {
      end: "refused" | "refused_for_now" | "unknown";
      /** A code: the service's own words may name the address. */ error: string;
    };

/** These say "later"; every other code of the service says "never". Cloudflare docs, "Email Service: Workers API". */
const transientCodes = new Set([
  "E_RATE_LIMIT_EXCEEDED",
  "E_DAILY_LIMIT_EXCEEDED",
  "E_DELIVERY_FAILED",
  "E_INTERNAL_SERVER_ERROR",
]);

/** One attempt. Never throws for what the service does. */
export async function sendMail(service: SendEmail, mail: Mail): Promise<MailResult> {
  try {
    await service.send({
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      // The service takes no others but those that begin with X- and a few that it names.
      headers: { "X-Halftone-Delivery": mail.id, "X-Auto-Response-Suppress": "All" },
      ...(mail.attachment && {
        attachments: [
          {
            disposition: "attachment" as const,
            filename: mail.attachment.filename,
            type: mail.attachment.type,
            content: mail.attachment.bytes,
          },
        ],
      }),
    });
    return { end: "accepted" };
  } catch (error) {
    const code = codeOfError(error);
    if (code === null) return { end: "unknown", error: "unknown" };
    return { end: transientCodes.has(code) ? "refused_for_now" : "refused", error: code };
  }
}

function codeOfError(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" && /^E_[A-Z_]{1,60}$/.test(error.code) ? error.code : null;
}

/** RFC 5322's dot-atom, which is what mailboxes are really called; no quotes, no spaces, and so no header of its own. */
const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The address with its domain as DNS has it; null for what is no address that mail can be sent to. */
export function parseMailAddress(text: string): string | null {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  if (at < 1 || at > 64 || !localPart.test(local)) return null;
  // Turns an international name into its ASCII form; what means something else in a URL is no domain.
  const typed = text.slice(at + 1);
  const domain = /[\s/?#:@\\[\]%]/.test(typed) ? "" : (URL.parse(`http://${typed}`)?.hostname ?? "");
  const labels = domain.split(".");
  // An address of numbers is a host, not a domain.
  if (labels.length < 2 || !labels.every((label) => domainLabel.test(label)) || /^\d+$/.test(labels.at(-1) ?? "")) {
    return null;
  }
  const address = `${local}@${domain}`;
  return address.length <= 254 ? address : null;
}
