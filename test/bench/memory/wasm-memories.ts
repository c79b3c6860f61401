// The WebAssembly memories of emscripten's codecs that are not collected yet, and the most that they ever were together: V8's
// inspector leaves them out, but not those of our own engines. To be imported before the product.

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
  "Instance",
  new Proxy(WebAssembly.Instance, {
    construct(target, given) {
      const instance: WebAssembly.Instance = Reflect.construct(target, given);
      // Only emscripten's import anything.
      const exported = given.length > 1 ? Object.values(instance.exports) : [];
      for (const value of exported) {
        // What a WeakRef was made of lives to the end of the turn, and so do all that this picture needs new.
        if (value instanceof WebAssembly.Memory) known.add(new WeakRef(value));
      }
      queueMicrotask(weigh);
      return instance;
    },
  }),
);
