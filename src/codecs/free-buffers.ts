/**
 * Frees the memory of large buffers that nobody reads again, at once: the garbage collector would get to them some time,
 * while the next picture needs their room. All views of them are empty afterwards.
 */
export function freeBuffers(...all: readonly ArrayBufferView[]): void {
  for (const { buffer } of all) if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
