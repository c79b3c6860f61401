// A body that is made while it is sent: nothing is read before the caller takes it.

/** @param close called when the caller goes away before the end; a generator that never began would not tell. */
export function streamText(texts: AsyncGenerator<string>, close: () => Promise<void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await texts.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      async cancel() {
        await texts.return(undefined);
        await close();
      },
    },
    // Without a buffer of its own: the first text is made when somebody asks for it.
    { highWaterMark: 0 },
  );
}
