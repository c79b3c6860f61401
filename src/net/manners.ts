// The ways in which one image is asked for, in order. The honest one names us. Some hosts hand images only to browsers, or
// only when asked from one of their own pages; a few refuse whoever looks like a browser and is none.

export type Manner = (url: URL) => Record<string, string>;

/** WebP but no AVIF: hosts that negotiate would send what we cannot read. */
const accept = "image/jpeg,image/png,image/webp;q=0.9,image/*;q=0.8,*/*;q=0.5";

const likeABrowser: Manner = (url) => ({
  "user-agent":
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  "accept-language": "en-US,en;q=0.9",
  referer: `${url.origin}/`,
  accept,
});

const bare: Manner = () => ({});

export function manners(userAgentUrl: string): Manner[] {
  const honest: Manner = () => ({ "user-agent": `Mozilla/5.0 (compatible; Halftone/1.0; +${userAgentUrl})`, accept });
  return [honest, likeABrowser, bare];
}
