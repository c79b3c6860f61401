// The Email Service as a test sees it: every mail goes on to the local service and is kept here as well. A code in `fails`
// is thrown instead, the first for the first mail that is sent to its address, and so on.
import { env } from "cloudflare:workers";

export function mailbox(fails: Record<string, (string | null)[]> = {}) {
  const mails: EmailMessageBuilder[] = [];
  return {
    mails,
    async send(mail: EmailMessageBuilder) {
      const to = typeof mail.to === "string" ? mail.to : JSON.stringify(mail.to);
      const failure = fails[to]?.shift();
      if (failure === null) throw new Error("Network connection lost.");
      if (failure !== undefined) throw Object.assign(new Error(`${to} is refused`), { code: failure });
      mails.push(mail);
      return env.EMAIL.send(mail);
    },
  };
}
