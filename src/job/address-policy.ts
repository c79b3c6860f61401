// Which addresses this deployment may call, for sources and receivers alike.

import type { Config } from "../config.ts";
import type { AddressPolicy } from "../net/address.ts";

export function addressPolicy(config: Config): AddressPolicy {
  const own = config.publicBaseUrl === "" ? [] : [new URL(config.publicBaseUrl).hostname];
  return { allowPrivateHosts: config.allowPrivateHosts, ownHosts: own, allowedPorts: config.allowedPorts };
}
