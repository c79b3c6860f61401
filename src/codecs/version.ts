// Raised by whoever makes the codecs write another file from the same source and options: outputs that an older version
// wrote are not handed out again from then on.

export const codecsVersion = 1;
