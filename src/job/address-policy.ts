// Which addresses this deployment may call, for sources and receivers alike.

import type { Config } from "../config.ts";
import type { AddressPolicy } from "../net/address.ts";

/** `origin` is where the job's upload came in: ours as well, whatever the images are served from. */
export function addressPolicy(config: Config, origin?: string): AddressPolicy {
  const own = [config.publicBaseUrl, origin ?? ""].filter((url) => url !== "");
  return {
    allowPrivateHosts: config.allowPrivateHosts,
    // With the port, if there is one: beside a local Worker the same host serves the images.
    ownHosts: own.map((url) => new URL(url).host),
    allowedPorts: config.allowedPorts,
  };
}
