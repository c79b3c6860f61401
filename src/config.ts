// Every limit and default of Halftone, named, with its unit and its bounds. `readConfig` is the only reader of plain
// variables; a bad value stops the Worker at once and says its name.

import { z } from "zod";

const mebibyte = 1024 * 1024;

function integer(fallback: number, minimum: number, maximum: number) {
  return z.coerce.number().int().min(minimum).max(maximum).default(fallback);
}

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ""),
  );

/** `https://shop.example`, without a path; `*` for all. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return text === "*" || (url !== null && /^https?:$/.test(url.protocol) && url.origin === text);
}

const variables = z.object({
  /** Whether callers need an API key. What is deployed without a word about it is closed. */
  AUTH: z.enum(["required", "open"]).default("required"),

  /** What opens `/metrics`. Where it is empty, nothing does unless AUTH is `open`. */
  METRICS_TOKEN: z.union([z.literal(""), z.string().min(24, "must have at least 24 characters")]).default(""),
  /** Which images get a line in the log. A line of each costs $0.60 a million, a fifteenth of all the rest. */
  LOG_IMAGES: z.enum(["all", "failed", "none"]).default("failed"),
  /** Whose pages, beside our own, may call the API from a browser: `https://admin.shop.example`; empty for none. */
  CORS_ORIGINS: list.pipe(z.array(z.string().refine(isOrigin, "must be origins with commas between, or *"))),

  /** Where `/image/...` links point; empty means the origin that the upload came to. */
  PUBLIC_BASE_URL: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
  DEFAULT_QUALITY: integer(50, 1, 100),

  MAX_CSV_BYTES: integer(10 * mebibyte, 1, 50 * mebibyte),
  MAX_IMAGES: integer(50_000, 1, 200_000),

  MAX_IMAGE_BYTES: integer(25 * mebibyte, 1, 40 * mebibyte),
  /** Tries at a download before its transient failure is final. */
  DOWNLOAD_ATTEMPTS: integer(4, 1, 10),
  /** Whether an output of an earlier job is handed out again where its source has not changed. */
  REUSE: z.enum(["on", "off"]).default("on"),
  /** Beyond this a header is taken for a bomb, whatever the codec could hold. */
  MAX_IMAGE_PIXELS: integer(120_000_000, 1, 1_000_000_000),
  /** Downloads that wait in memory for their turn, all together. */
  DOWNLOAD_BUDGET_BYTES: integer(26 * mebibyte, mebibyte, 80 * mebibyte),
  HEADERS_TIMEOUT_MS: integer(10_000, 1, 60_000),
  DOWNLOAD_TIMEOUT_MS: integer(30_000, 1, 300_000),
  /**
   * Whether Cloudflare Images takes the pictures that no codec here can: those too large for memory, and HEIC. It costs
   * $0.50 for a thousand pictures after the first 5,000 of a month, some fifty times as much as all else.
   */
  IMAGES_FALLBACK: z.enum(["on", "off"]).default("off"),
  MAX_REDIRECTS: integer(5, 0, 20),
  /** DNS over HTTPS in JSON, to refuse names that lead inside; empty for none. `https://cloudflare-dns.com/dns-query` */
  DNS_RESOLVER_URL: z.union([z.literal(""), z.url({ protocol: /^https$/ })]).default(""),
  ALLOWED_PORTS: z
    .string()
    .default("80,443")
    .transform((text) => text.split(",").map(Number))
    .pipe(z.array(z.int().min(1).max(65_535)).min(1)),
  /** Dev and demo only: hosts that may be private or loopback, on any port. `127.0.0.1,localhost` */
  ALLOW_PRIVATE_HOSTS: list,

  /** Images of one job that may be on the queue or with a consumer at once, so that no job starves another. */
  DISPATCH_WINDOW: integer(2_000, 100, 50_000),
  /** Silence of a job after which its unreported images are dispatched again. */
  WATCH_AFTER_SECONDS: integer(300, 1, 86_400),
  /** Rounds of dispatching, the first included, before an unreported image is `lost`. */
  MAX_DISPATCH_ROUNDS: integer(3, 1, 20),

  /** Days that a job is kept for, with its files, after it has ended. */
  RETENTION_DAYS: integer(30, 1, 3_650),

  /** Whom mails come from: `halftone@shop.example` or `Halftone <halftone@shop.example>`; empty for no mail. */
  MAIL_FROM: z
    .string()
    .trim()
    .regex(
      /^(?:[^<>"@,;\p{Cc}]{1,100} <[^\s<>@,;"]+@[^\s<>@,;"]+>|[^\s<>@,;"]+@[^\s<>@,;"]+|)$/u,
      "must be an address, or a name and an <address>",
    )
    .default(""),

  WEBHOOK_TIMEOUT_MS: integer(15_000, 1, 30_000),
  /** Standard Webhooks secret, `whsec_` and 24 to 64 bytes in base64. */
  WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "must be whsec_ followed by 24 to 64 bytes in base64")
    .or(z.literal(""))
    .default(""),
});

/**
 * Calls that one key, or one address where none is asked for, may make. They are counted by the platform's bindings,
 * which cannot be asked for their limit: wrangler.toml holds the same numbers, and a test holds the two together.
 */
export const rateLimits = {
  uploads: { binding: "UPLOAD_LIMIT", quota: 600, windowSeconds: 60 },
  requests: { binding: "REQUEST_LIMIT", quota: 6_000, windowSeconds: 60 },
} as const;

export type Config = Readonly<ReturnType<typeof toConfig>>;

/**
 * Reads the configuration from the Worker's environment.
 * @throws Error naming every variable whose value is out of bounds.
 */
export function readConfig(env: object): Config {
  const parsed = variables.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The configuration cannot be used. ${problems.join("; ")}`);
  }
  return toConfig(parsed.data);
}

function toConfig(v: z.infer<typeof variables>) {
  return {
    auth: v.AUTH,
    metricsToken: v.METRICS_TOKEN,
    logImages: v.LOG_IMAGES,
    corsOrigins: v.CORS_ORIGINS,
    publicBaseUrl: v.PUBLIC_BASE_URL.replace(/\/+$/, ""),
    defaultQuality: v.DEFAULT_QUALITY,
    maxCsvBytes: v.MAX_CSV_BYTES,
    maxImages: v.MAX_IMAGES,
    maxImageBytes: v.MAX_IMAGE_BYTES,
    maxImagePixels: v.MAX_IMAGE_PIXELS,
    reuse: v.REUSE === "on",
    downloadBudgetBytes: v.DOWNLOAD_BUDGET_BYTES,
    headersTimeoutMs: v.HEADERS_TIMEOUT_MS,
    downloadTimeoutMs: v.DOWNLOAD_TIMEOUT_MS,
    downloadAttempts: v.DOWNLOAD_ATTEMPTS,
    imagesFallback: v.IMAGES_FALLBACK === "on",
    maxRedirects: v.MAX_REDIRECTS,
    dnsResolverUrl: v.DNS_RESOLVER_URL,
    allowedPorts: v.ALLOWED_PORTS,
    allowPrivateHosts: v.ALLOW_PRIVATE_HOSTS,
    dispatchWindow: v.DISPATCH_WINDOW,
    watchAfterSeconds: v.WATCH_AFTER_SECONDS,
    maxDispatchRounds: v.MAX_DISPATCH_ROUNDS,
    retentionMs: v.RETENTION_DAYS * 86_400_000,
    mailFrom: toSender(v.MAIL_FROM),
    webhookTimeoutMs: v.WEBHOOK_TIMEOUT_MS,
    webhookSecret: v.WEBHOOK_SECRET,
  };
}

function toSender(text: string): { name: string; email: string } | null {
  if (text === "") return null;
  const named = /^(.*) <(.*)>$/.exec(text);
  return { name: named?.[1]?.trim() ?? "Halftone", email: named?.[2] ?? text };
}
