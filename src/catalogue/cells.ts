// What a person sees of a cell: its name, its text without what is invisible, its beginning.

/** `A` for 0, `Z` for 25, `AA` for 26. */
export function columnLetters(index: number): string {
  let letters = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** White space, and what takes no space at all: zero-width characters, direction marks, soft hyphens, stray byte order marks. */
export function isInvisible(code: number): boolean {
  if (code <= 0x20) return true;
  if (code < 0x7f) return false;
  return (
    code === 0x7f ||
    code === 0xa0 ||
    code === 0xad ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x2064) ||
    (code >= 0x2066 && code <= 0x2069) ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

export function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (!isInvisible(text.charCodeAt(at))) return false;
  }
  return true;
}

/** The text between the first and the last character for which `isTrimmed` is false. */
export function trimWhere(text: string, isTrimmed: (code: number) => boolean): string {
  let from = 0;
  let to = text.length;
  while (from < to && isTrimmed(text.charCodeAt(from))) from++;
  while (to > from && isTrimmed(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

export function trimInvisible(text: string): string {
  return trimWhere(text, isInvisible);
}

/** The beginning of a text for a message: on one line, at most `maxCharacters` and an ellipsis. */
export function shorten(text: string, maxCharacters = 120): string {
  const visible = trimInvisible(text.length > 4 * maxCharacters ? text.slice(0, 4 * maxCharacters) : text);
  const start = visible.length > maxCharacters ? `${visible.slice(0, maxCharacters).toWellFormed()}…` : visible;
  return start.replaceAll(/[\r\n\t]+/g, " ");
}
