// The WebAssembly memories of all codecs that are not collected yet, and the most that they ever were together: V8's
// inspector leaves them out. To be imported before the product.

const known = new Set<WeakRef<WebAssembly.Memory>>();
let peakBytes = 0;

/** Adds up what is there now. Such memory never shrinks, so to look after a picture is early enough. */
export function weigh(): void {
  let bytes = 0;
  for (const reference of known) {
    const memory = reference.deref();
    if (memory === undefined) known.delete(reference);
    else bytes += memory.buffer.byteLength;
  }
  peakBytes = Math.max(peakBytes, bytes);
}

/** The most since the last time this was asked. */
export function takePeak(): number {
  weigh();
  const peak = peakBytes;
  peakBytes = 0;
  return peak;
}

Reflect.set(
  WebAssembly,
  "Memory",
  new Proxy(WebAssembly.Memory, {
    construct(target, given) {
      const memory: WebAssembly.Memory = Reflect.construct(target, given);
      // What a WeakRef was made of lives to the end of the turn, and so do all that this picture needs new.
      known.add(new WeakRef(memory));
      queueMicrotask(weigh);
      return memory;
    },
  }),
);
