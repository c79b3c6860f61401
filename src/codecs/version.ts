// Raised by whoever makes the codecs write another file from the same source and options: outputs that an older version
// wrote are not handed out again from then on. A test compares what they write with what is on record here.

import type { WrittenFormat } from "./probe.ts";

export const codecsVersion = 1;

/** SHA-256 of what each version writes for the test. */
export const writtenBy: Record<number, Record<WrittenFormat, string>> = {
  1: {
    jpeg: "da02e8359cbfc44a463bd81a4770559b1a072b63ec61dc7028d6913b00553432",
    png: "9ad1dac02726ea002c6d99cc740101a758f94238374abbe3e81506d882045dd4",
    webp: "4cab403cdb7a7167af956e61ae13f84f48035975980d52c0bf9ca933065d65b2",
    avif: "7327b29a7180d314a3277d9af07f277a8e15b2191a6031ab40d6e21af4f94055",
  },
};
