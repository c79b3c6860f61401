// Raised by whoever makes the codecs write another file from the same source and options: outputs that an older version
// wrote are not handed out again from then on. A test compares what they write with what is on record here.

import type { WrittenFormat } from "./probe.ts";

export const codecsVersion = 1;

/** SHA-256 of what each version writes for the test. */
export const writtenBy: Record<number, Record<WrittenFormat, string>> = {
  1: {
    jpeg: "da02e8359cbfc44a463bd81a4770559b1a072b63ec61dc7028d6913b00553432",
    png: "9ad1dac02726ea002c6d99cc740101a758f94238374abbe3e81506d882045dd4",
    webp: "c25303e21927e957d77760bb461c3c4b1e9af77e17c6d60da276d3c2ac44767a",
    avif: "99f95a100922ca6aee9ec27d528d5e762b4b7b9c36f94f16c10030312d402edf",
  },
};
