// @ts-check
// Reads server-sent events (HTML Living Standard, 9.2) from a fetched body, because EventSource cannot send a key.

/**
 * @typedef {object} StreamEvent
 * @property {string} name
 * @property {string} data
 * @property {string} id of the newest event that had one; empty before
 */

export class EventStreamParser {
  #rest = "";
  #name = "";
  /** @type {string[]} */
  #data = [];
  #id = "";

  /**
   * Takes the next piece of the stream, however it was cut.
   * @param {string} text
   * @returns {StreamEvent[]} those that are complete now
   */
  push(text) {
    /** @type {StreamEvent[]} */
    const events = [];
    const whole = this.#rest + text;
    // A carriage return at the end may be half of a line break.
    const isHalfBreak = whole.endsWith("\r");
    const lines = (isHalfBreak ? whole.slice(0, -1) : whole).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + (isHalfBreak ? "\r" : "");
    for (const line of lines) {
      const event = this.#takeLine(line);
      if (event !== null) events.push(event);
    }
    return events;
  }

  /**
   * @param {string} line
   * @returns {StreamEvent | null}
   */
  #takeLine(line) {
    if (line === "") {
      const event =
        this.#data.length === 0 ? null : { name: this.#name || "message", data: this.#data.join("\n"), id: this.#id };
      this.#name = "";
      this.#data = [];
      return event;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }
}

/**
 * The events of a body until it ends.
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} onBytes called for whatever comes, heartbeats too
 */
export async function* readEvents(body, onBytes) {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      yield parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}
