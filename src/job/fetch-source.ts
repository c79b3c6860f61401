// Downloads the source of an image inside the memory and the manners of this isolate. Module scope is shared by every
// invocation that runs here, which is just what both limits are for.

import { freeBuffers } from "../codecs/free-buffers.ts";
import type { Config } from "../config.ts";
import type { ImageFailure } from "../errors.ts";
import { ByteBudget } from "../net/byte-budget.ts";
import type { ByteReservation } from "../net/byte-budget.ts";
import { download } from "../net/download.ts";
import type { Download, NotModified } from "../net/download.ts";
import type { Validators } from "../net/conditional.ts";
import { HostLimit } from "../net/host-limit.ts";
import { Resolver } from "../net/resolver.ts";
import { Semaphore } from "../net/semaphore.ts";
import { addressPolicy } from "./address-policy.ts";
import { Laps } from "./laps.ts";

const downloadsPerHost = 6;
/** Nobody waits longer for a turn: an invocation that died in its own must not hold up the others. */
const turnWaitMs = 120_000;
const turnHoldMs = 600_000;

let budget: ByteBudget | null = null;
let resolver: Resolver | null = null;
const hosts = new HostLimit({ perHost: downloadsPerHost, waitMs: turnWaitMs, holdMs: turnHoldMs, maxHosts: 1_000 });
/**
 * The platform lets an invocation wait for six headers at a time; one is left for our own storage. To go ahead early does
 * no harm here, the platform then holds the request back; and nobody alive waits for headers longer than a minute.
 */
const connections = new Semaphore({ capacity: 5, waitMs: 15_000, holdMs: 90_000 });

export interface FetchedSource {
  download: Download | NotModified | ImageFailure;
  /** To be called when the bytes are no longer needed: they are gone then. */
  release: () => void;
}

/** @param known the image as it was handed out before, which need not be handed out again. */
export async function fetchSource(
  config: Config,
  url: string,
  aboutUrl: string,
  { known = null, laps = new Laps() }: { known?: Validators | null; laps?: Laps } = {},
): Promise<FetchedSource> {
  const began = Date.now();
  budget ??= new ByteBudget({ totalBytes: config.downloadBudgetBytes, waitMs: turnWaitMs, holdMs: turnHoldMs });
  if (config.dnsResolverUrl !== "") resolver ??= new Resolver({ url: config.dnsResolverUrl, maxNames: 1_000 });
  const room = budget;
  const reservations: ByteReservation[] = [];
  let waitedMs = 0;
  const reserve = async (bytes: number) => {
    const asked = Date.now();
    const reservation = await room.reserve(bytes);
    waitedMs += Date.now() - asked;
    reservations.push(reservation);
    return reservation;
  };
  const result = await hosts.run(URL.parse(url)?.host ?? "", () => {
    waitedMs += Date.now() - began;
    return download(url, {
      policy: addressPolicy(config, aboutUrl),
      maxBytes: config.maxImageBytes,
      headersTimeoutMs: config.headersTimeoutMs,
      totalTimeoutMs: config.downloadTimeoutMs,
      maxRedirects: config.maxRedirects,
      userAgentUrl: aboutUrl,
      reserve,
      connections,
      ...(resolver && { resolver }),
      ...(known && { known }),
    });
  });
  laps.ms.wait += waitedMs;
  laps.ms.fetch += Date.now() - began - waitedMs;
  const release = () => {
    // What is released must not wait for a collection, or the next download would have less room than it is told.
    if (result.kind === "downloaded") freeBuffers(result.bytes);
    for (const reservation of reservations) reservation.release();
  };
  return { download: result, release };
}
