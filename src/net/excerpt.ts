// The beginning of an answer as text for people: enough to find a fault by, too little to fill a log with.

import { discard } from "./read-body.ts";

/**
 * Reads at most `maxBytes` and lets go of the rest. What cannot be read any more is left out: a body that breaks off or
 * hangs until its request is aborted is as good as its beginning. Null when there was none.
 */
export async function readExcerpt(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string | null> {
  if (stream === null) return null;
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) break;
      const piece = value.subarray(0, left);
      left -= piece.length;
      // A character that the limit cuts in two stays behind in the decoder.
      text += decoder.decode(piece, { stream: true });
    }
  } catch {
    // See above.
  }
  await discard(reader);
  return text === "" ? null : text.replaceAll(controlCharacters, "\u{FFFD}");
}

/** All but tab and line ends: in a terminal they would be commands. */
const controlCharacters = /[^\P{Cc}\t\n\r]/gu;
