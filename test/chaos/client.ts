// Calls Halftone as its callers do: tries again what breaks off, and minds what it is told while it does.
import { setTimeout as sleep } from "node:timers/promises";

/** What an answer of Halftone's says, seen as a stranger sees it. */
// oxlint-disable-next-line typescript/no-explicit-any -- judged from outside, without our types
export type Json = any;

export class Client {
  readonly origin: string;
  /** Sentences about answers that no caller may get. */
  readonly wrong: string[] = [];
  /** Answers that said that something failed on the other side. */
  failures = 0;
  private readonly isPrivate: (text: string) => boolean;

  constructor(origin: string, isPrivate: (text: string) => boolean) {
    this.origin = origin;
    this.isPrivate = isPrivate;
  }

  /** Until it is answered with less than a 500. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.try(path, init);
      if (response !== null) return response;
      if (attempt === 200) throw new Error(`${init.method ?? "GET"} ${path} was not answered in ${attempt} attempts`);
      await sleep(Math.min(1_000, 20 * attempt));
    }
  }

  async json(path: string, init: RequestInit = {}): Promise<Json> {
    const response = await this.request(path, init);
    if (!response.ok) throw new Error(`${init.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  private async try(path: string, init: RequestInit): Promise<Response | null> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.origin), { ...init, signal: AbortSignal.timeout(60_000) });
    } catch {
      this.failures += 1;
      return null;
    }
    if (response.status < 500) return response;
    this.failures += 1;
    const text = await response.text();
    // 520 stands for an isolate that died, which answers nothing.
    if (response.status !== 520) this.judge(`${init.method ?? "GET"} ${path}`, response, text);
    return null;
  }

  private judge(what: string, response: Response, text: string): void {
    if (this.isPrivate(text)) this.wrong.push(`${what} tells its caller what failed inside: ${text}`);
    if (response.headers.get("content-type")?.startsWith("application/problem+json") !== true)
      this.wrong.push(`${what} failed without a problem: ${response.status} ${text.slice(0, 200)}`);
  }
}
