// Says whether a URL may be fetched at all. Pure: it judges the spelling, before any look-up. The URL parser has already
// turned every way to write an IPv4 address (`127.1`, `0x7f000001`, `2130706433`, full-width digits) into four decimals,
// so the address is judged and not its spelling.
import ipaddr from "ipaddr.js";
import type { ImageFailure } from "../errors.ts";

export interface AddressPolicy {
  /** Dev and demo only: `host` or `host:port`, lower case, fetched whatever they are and on any port. */
  allowPrivateHosts: readonly string[];
  /** The service itself: `host`, `host:port`, or `*.host` for everything below it. Wins over `allowPrivateHosts`. */
  ownHosts: readonly string[];
  /** Ports of everybody else, 80 and 443. */
  allowedPorts: readonly number[];
}

/** Names that never leave a private network: RFC 6761, 6762, 8375, 7686, and those ICANN keeps out of the root. */
const privateSuffixes = [
  "localhost",
  "local",
  "localdomain",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "onion",
];

/** Only this is handed out to the public internet; ipaddr.js calls everything it has no name for `unicast`. */
const globalIPv6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Returned to IANA in 2006 and not assigned since; ipaddr.js does not list it. RFC 3701. */
const formerTestbed = ipaddr.IPv6.parseCIDR("3ffe::/16");

/** Null when the URL may be fetched; otherwise `invalid_url` or `blocked_address`. */
export function checkAddress(url: URL, policy: AddressPolicy): ImageFailure | null {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { kind: "invalid_url", reason: `its scheme is ${url.protocol.slice(0, 20)}` };
  }
  const host = normalHost(url.hostname);
  if (host === "") return { kind: "invalid_url", reason: "it has no host" };

  const blocked = (reason: string): ImageFailure => ({ kind: "blocked_address", host, reason });
  // `https://shop.example@127.0.0.1/` reads like a shop; a password in a CSV is a leak as well.
  if (url.username !== "" || url.password !== "") return blocked("the URL carries a user name or a password");

  const port = portOf(url);
  if (isListed(policy.ownHosts, host, port)) return blocked("this is Halftone itself");
  if (isListed(policy.allowPrivateHosts, host, port)) return null;
  if (!policy.allowedPorts.includes(port)) return blocked(`port ${port} is not allowed`);

  const address = parseAddress(host);
  if (address !== null) return isGlobal(address) ? null : blocked("the address is not on the public internet");
  if (!host.includes(".") || privateSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`))) {
    return blocked("the name belongs to a private network");
  }
  return null;
}

/** Without the dots that may end a full name: `localhost.` is `localhost`. */
function normalHost(hostname: string): string {
  return hostname.toLowerCase().replace(/\.+$/, "");
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

function isListed(entries: readonly string[], host: string, port: number): boolean {
  return entries.some((entry) => {
    if (entry.startsWith("*.")) return host.endsWith(entry.slice(1));
    return entry === host || entry === `${host}:${port}`;
  });
}

type Address = ReturnType<typeof ipaddr.parse>;

/** Null for a name. */
function parseAddress(host: string): Address | null {
  const literal = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  return ipaddr.isValid(literal) ? ipaddr.parse(literal) : null;
}

function isGlobal(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  if (address.kind() === "ipv4") return true;
  return address.match(globalIPv6) && !address.match(formerTestbed);
}

/** Whether anybody on the internet can have this address, as a resolver spells it; false for what is no address. */
export function isGlobalAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && isGlobal(address);
}

/** The name that a URL's host has to be looked up by; null for an address, and for a host that may be private. */
export function nameToResolve(url: URL, policy: AddressPolicy): string | null {
  const host = normalHost(url.hostname);
  return parseAddress(host) !== null || isListed(policy.allowPrivateHosts, host, portOf(url)) ? null : host;
}
