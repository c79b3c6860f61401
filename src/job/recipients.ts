// Who is told of a job's end by mail.

import type { Config } from "../config.ts";
import { parseMailAddress } from "../net/email.ts";

/** Addresses one job may write to. Each gets a mail of its own, so that a dead mailbox holds up nobody else. */
export const maxRecipients = 10;

/** The addresses in an option's text, each once; or why it cannot be used, as the end of a sentence. */
export function readRecipients(text: string, config: Config): { recipients: string[] } | { refusal: string } {
  const entries = text.split(/[,;\s]+/).filter((entry) => entry !== "");
  if (entries.length > 0 && config.mailFrom === null) {
    return { refusal: "cannot be used here: this deployment has no MAIL_FROM to send from. Leave it out." };
  }
  if (entries.length > maxRecipients) return { refusal: `must be at most ${maxRecipients} addresses` };
  const recipients = new Set<string>();
  for (const entry of entries) {
    const address = parseMailAddress(entry);
    if (address === null) {
      const shown = entry.slice(0, 80);
      return { refusal: `must be an e-mail address, or several with commas between; "${shown}" is none` };
    }
    recipients.add(address);
  }
  return { recipients: [...recipients] };
}
