const tunes = memory.data<f32>([0.7, 0.3, 6, 24, 0, 20, 24, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
export function tune(index: u32, value: f32): void {
  store<f32>(tunes + (index << 2), value);
}
export function T(index: u32): f32 {
  return load<f32>(tunes + (index << 2));
}
