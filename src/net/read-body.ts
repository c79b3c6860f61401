// Reads a body into one piece of memory, and never more than is allowed, whatever its headers promised.

export interface ReadBodyOptions {
  maxBytes: number;
  /** Room made at once when the body is wanted; 0 when the size is not known. */
  expectedBytes: number;
  /** Is shown the first `peekBytes`, or all when there are fewer; false ends the reading. May take its time. */
  isWanted: (start: Uint8Array) => boolean | Promise<boolean>;
  peekBytes: number;
}

export type Body =
  | { end: "complete" | "unwanted"; bytes: Uint8Array<ArrayBuffer> }
  | { end: "broken"; bytes: Uint8Array<ArrayBuffer>; error: unknown }
  | { end: "too_large" };

const firstBytes = 64 * 1024;
/**
 * Taken from the network at a time. A reader that brings no room of its own is given 4 KB pieces, each with a turn of the
 * event loop, which for a photo of 2 MB took longer than its codec.
 */
const pieceBytes = 128 * 1024;

/** @param stream of bytes, as every fetched body is. Whatever the end, it is used up or cancelled. */
export async function readBody(stream: ReadableStream<Uint8Array> | null, options: ReadBodyOptions): Promise<Body> {
  const { maxBytes, peekBytes } = options;
  // One buffer that grows, and not a list of chunks: a server that sends single bytes would make each of them an object.
  let buffer = new Uint8Array(Math.min(maxBytes, firstBytes));
  let length = 0;
  let isJudged = false;
  const isWanted = async () => {
    isJudged = true;
    return options.isWanted(buffer.subarray(0, Math.min(length, peekBytes)));
  };
  const reader = (stream ?? emptyStream()).getReader({ mode: "byob" });
  // Not into `buffer`: what is lent to the reader is lost when the body breaks, with all that came before.
  let room = new Uint8Array(pieceBytes);

  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
    try {
      chunk = await reader.read(room);
    } catch (error) {
      return { end: "broken", bytes: fitted(buffer, length), error };
    }
    if (chunk.done) break;
    if (length + chunk.value.length > maxBytes) {
      await discard(reader);
      return { end: "too_large" };
    }
    buffer = withRoom(buffer, length + chunk.value.length, maxBytes);
    buffer.set(chunk.value, length);
    length += chunk.value.length;
    room = new Uint8Array(chunk.value.buffer);
    if (!isJudged && length >= peekBytes) {
      if (!(await isWanted())) {
        await discard(reader);
        return { end: "unwanted", bytes: buffer.subarray(0, length) };
      }
      buffer = withRoom(buffer, options.expectedBytes, maxBytes);
    }
  }
  if (!isJudged && !(await isWanted())) return { end: "unwanted", bytes: buffer.subarray(0, length) };
  return { end: "complete", bytes: fitted(buffer, length) };
}

/** An unread body holds its connection and its memory until the invocation ends. */
export async function discard(body: { cancel(): Promise<void> } | null): Promise<void> {
  try {
    await body?.cancel();
  } catch {
    // It had failed already, which is as good as cancelled.
  }
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ type: "bytes", start: (controller: ReadableByteStreamController) => controller.close() });
}

function withRoom(buffer: Uint8Array<ArrayBuffer>, needed: number, maxBytes: number): Uint8Array<ArrayBuffer> {
  if (needed <= buffer.length) return buffer;
  // Not a copy: what it was copied from would be held until it is collected.
  return new Uint8Array(buffer.buffer.transfer(Math.min(maxBytes, Math.max(needed, buffer.length * 2))));
}

/** Without the room that was not needed, which a view would keep alive. */
function fitted(buffer: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return length === buffer.length ? buffer : new Uint8Array(buffer.buffer.transfer(length));
}
