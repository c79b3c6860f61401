// Two JPEGs of the same 40 x 24 picture, made with sharp({ quality: 95 }): red rises to the right, green downwards.

/** Baseline, 4:4:4. */
export const baselineSample = fromBase64(
  "/9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAYACgDAREAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAABgcFCf/EACoQAAEDBAEBBgcAAAAAAAAAAAIBAwQABQcRBkEIIVFSYWISFBUycYKR/8QAGQEBAAMBAQAAAAAAAAAAAAAABwYICQUE/8QAIxEAAQMEAgMBAQEAAAAAAAAAAQACBgMEBREHFBIhQWETkf/aAAwDAQACEQMRAD8A5a8SxY1GijHKN368K0LxvKlpi8T1Hv8AetI5xGec94dtbsbAblyfF1uHvv6DVY5/QuJPfm4o+xtOkblgoMALlScf4aS0CIuRNa8UqSQSVNhtLxru0lXHSTsEacnQ4aS7ggNRN/ga4XJktZMaJZQdtMEZkhtyNuSng+AnLc+LzkJUTfloViltcRnIdir6G014yWiswAOQiDh2QE9ACKuvi8tR6ZTDI0JCadNx8drAOOyNhpAlysmOsHsvRBJ6Gm9dRqzPHGSs73EB9wRvX1IVjKHNqDTkinYXKO4iMROvQarzzfI6mOuHC0P+JwiclDwPJyc4wwsUhwEfif0ajXEckq5G5Auj6/Uw2klDAPFyqR4OZZhoTUNN66DSdyvkbOyw5fbn3r4k6Lyhzqg25B+N9nQZgDJWF6/bUZfGGZql3iP1YB4WZfzIb5JnZMVLaCFhIutelH+X5OdDKhtQ/XxMuBz3YAdtPeLYM+uoJLD3+teC3vhyAPNx3tLuGlPU0PJOrNgtLEgmkPWvbXAzV2IA01GnWkwYGU9vQ8k14xitbuQsfK737ahdPlF0xqdUv38THhs91wHbX//Z",
);

/** Progressive, 4:2:0. */
export const progressiveSample = fromBase64(
  "/9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgARCAAYACgDASIAAhEBAxEB/8QAGQABAQADAQAAAAAAAAAAAAAAAAUEBgcI/8QAFwEAAwEAAAAAAAAAAAAAAAAABQYHCf/aAAwDAQACEAMQAAAB8tZ297k+rHN7u+XF6w87dtBqlDtAbNq9dANgthaqn//EAB0QAAEEAwEBAAAAAAAAAAAAAAUAAQITAwQSFQb/2gAIAQEAAQUC1BbRjEA+Rx4apeNatEA+N4B5djgbPGYXlxgXp/DZoa3zvawiqlqg71hBULWFWr//xAAdEQABBAMBAQAAAAAAAAAAAAABAAIEBQMGERMh/9oACAEDAQE/AaXZfAB/VSbJ8GXqhbN7YA4lUFhKe7hKpLCV6Bvfijz5LMYAK//EACQRAAAFAwIHAAAAAAAAAAAAAAABAgMEBQYRFTETFBYhIkNR/9oACAECAQE/ATuY7qdOmungkCTdSikaFnxEut9NO8o2eS3FySHaRTkSY3ZatxIdXoeoe36KZOkVSPxpB5UP/8QAGhAAAgMBAQAAAAAAAAAAAAAAAAIREiEyAf/aAAgBAQAGPwKtSfENUxSfUOTUMU1TELUIqcHBFT//xAAcEAACAwEAAwAAAAAAAAAAAAAAARGhsSFBUcH/2gAIAQEAAT8hSWCHQIKQqGKRBqC0V5+hHdQ74Y5GY5agSiwJqPieDgeCasz/2gAMAwEAAgADAAAAEExPIfgP/8QAHBEAAQMFAAAAAAAAAAAAAAAAAQAQESExQWFx/9oACAEDAQE/EAAr9oWZ62CJzwGXqXNf/8QAGhEAAwADAQAAAAAAAAAAAAAAAAERMWFxUf/aAAgBAgEBPxDFAafB51aJ38dGByKvaPPeFGbqaukf/8QAHBAAAwACAwEAAAAAAAAAAAAAAAERIUFRYXGR/9oACAEBAAE/EM+GcFimdBMhnKErv8DWKVCG9AUQs2EBb9BY/cLCVmg0vcPUxOidlBSpiB2ZUf/Z",
);

/** The position of the first segment with this marker; the samples have no such pair of bytes elsewhere before it. */
export function findSegment(bytes: Uint8Array, marker: number): number {
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0xff && bytes[at + 1] === marker) return at;
  throw new Error(`no marker ${marker}`);
}

/** A copy with some bytes replaced. */
export function patched(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

/** A copy with bytes put in before `at`. */
export function inserted(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const longer = new Uint8Array(bytes.length + values.length);
  longer.set(bytes.subarray(0, at));
  longer.set(values, at);
  longer.set(bytes.subarray(at), at + values.length);
  return longer;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
