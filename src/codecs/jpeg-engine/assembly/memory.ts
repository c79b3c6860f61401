// One arena above the static tables, handed out upwards and taken back as a whole at the next picture. Nothing is
// zeroed: whoever allocates initialises. The TypeScript side sets the cap, so that no input can grow it without bound.

/** Bytes on their way in wait here: large enough to make the call cheap, small enough to stay in the cache. */
export const STAGE_BYTES: usize = 64 << 10;
const PAGE_SHIFT: usize = 16;
/** Four pages, 256 KB: one growth costs about a microsecond. */
const GROWTH_PAGES: usize = 4;

let top: usize = 0;
let cap: usize = 0;

export function stageAddress(): usize {
  return (__heap_base + 15) & ~(<usize>15);
}

export function resetMemory(capBytes: usize): bool {
  cap = capBytes;
  top = stageAddress() + STAGE_BYTES;
  return reach(top);
}

/** 16-aligned; 0 when the cap is reached. */
export function allocate(bytes: usize): usize {
  const address = (top + 15) & ~(<usize>15);
  // Both bounds are below 2^31, so that the sum cannot wrap.
  if (bytes > cap || !reach(address + bytes)) return 0;
  top = address + bytes;
  return address;
}

/** Makes every address below `end` usable. The memory may be larger than the cap: another picture has left it so. */
export function reach(end: usize): bool {
  if (end > cap) return false;
  const have = (<usize>memory.size()) << PAGE_SHIFT;
  if (end <= have) return true;
  let pages = (end - have + 0xffff) >> PAGE_SHIFT;
  const spare = (cap - have) >> PAGE_SHIFT;
  if (pages < GROWTH_PAGES && spare >= GROWTH_PAGES) pages = GROWTH_PAGES;
  return memory.grow(<i32>pages) >= 0;
}

/** Every address below it is usable. */
export function reached(): usize {
  return min(cap, (<usize>memory.size()) << PAGE_SHIFT);
}

/** The first address that nobody has. */
export function arenaTop(): usize {
  return (top + 15) & ~(<usize>15);
}
