// Memory of the engines that work in rows: one arena above the static data, handed out upwards anew for each picture,
// always in the same order. Nothing is zeroed: whoever allocates initialises. The TypeScript side sets the cap, so that no
// input can grow it without bound.

const PAGE_SHIFT: usize = 16;

let top: usize = 0;
let cap: usize = 0;
let failed: bool = false;

export function resetMemory(capBytes: usize): void {
  cap = capBytes;
  top = __heap_base;
  failed = false;
}

/**
 * 64-aligned, with 64 bytes behind it that SIMD may read; 0 when the cap is reached, and `ranOut` says so from then on.
 */
export function allocate(bytes: usize): usize {
  const address = (top + 63) & ~(<usize>63);
  const end = address + bytes + 64;
  const have = (<usize>memory.size()) << PAGE_SHIFT;
  if (
    failed ||
    bytes > cap ||
    end > cap ||
    (end > have && memory.grow(<i32>((end - have + 0xffff) >> PAGE_SHIFT)) < 0)
  ) {
    failed = true;
    return 0;
  }
  top = end;
  return address;
}

export function ranOut(): bool {
  return failed;
}

/** The highest address in use. */
export function usedBytes(): usize {
  return top;
}
