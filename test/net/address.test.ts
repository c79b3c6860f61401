import { describe, expect, test } from "vitest";
import { checkAddress } from "../../src/net/address.ts";
import type { AddressPolicy } from "../../src/net/address.ts";

const policy: AddressPolicy = { allowPrivateHosts: [], ownHosts: [], allowedPorts: [80, 443] };

function verdict(url: string, changes: Partial<AddressPolicy> = {}): string {
  return checkAddress(new URL(url), { ...policy, ...changes })?.kind ?? "allowed";
}

describe("checkAddress", () => {
  test.each([
    // 127.0.0.0/8 in every way that the URL parser reads
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://2130706433./",
    "http://0x7f000001/",
    "http://0X7F.0.0.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://0177.0x0.0.01/",
    "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/",
    "http://127\u30020\u30020\u30021/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
    "http:127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "ht\ntp://127.0.\t0.1/",
    "https://127.0.0.1:443/",
    // this host, private, shared, link-local
    "http://0/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://192.168.257/",
    "http://100.64.0.1/",
    "http://100.127.255.255/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    // protocol assignments, documentation, benchmarking, relays, multicast, reserved, broadcast
    "http://192.0.0.8/",
    "http://192.0.2.1/",
    "http://192.31.196.1/",
    "http://192.52.193.1/",
    "http://192.88.99.1/",
    "http://192.175.48.1/",
    "http://198.18.0.1/",
    "http://198.19.255.255/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    // IPv6
    "http://[::]/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "http://[::127.0.0.1]/",
    "http://[::7f00:1]/",
    "http://[::8.8.8.8]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::FFFF:8.8.8.8]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::8.8.8.8]/",
    "http://[64:ff9b:1::1]/",
    "http://[64:ff9b:1:ffff:ffff:ffff:ffff:ffff]/",
    "http://[100::1]/",
    "http://[2001::1]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:2::1]/",
    "http://[2001:3::1]/",
    "http://[2001:4:112::1]/",
    "http://[2001:10::1]/",
    "http://[2001:20::1]/",
    "http://[2001:30::1]/",
    "http://[2001:1ff:ffff::1]/",
    "http://[2001:db8::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2620:4f:8000::1]/",
    "http://[3ffe::1]/",
    "http://[3fff::1]/",
    "http://[3fff:fff:ffff::1]/",
    "http://[4000::1]/",
    "http://[5f00::1]/",
    "http://[fc00::1]/",
    "http://[fd12:3456:789a::1]/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[fec0::1]/",
    "http://[feff::1]/",
    "http://[ff02::1]/",
    "http://[ffff::1]/",
    // names of private networks
    "http://localhost/",
    "http://LOCALHOST./",
    "http://localhost../",
    "http://lo\u00adcalhost/",
    "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
    "http://images.localhost/",
    "http://localhost.localdomain/",
    "http://printer.local/",
    "http://printer.local./",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://nas.home.arpa/",
    "http://nas.lan/",
    "http://wiki.corp/",
    "http://facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion/",
    "http://intranet/",
    "http://kubernetes./",
    "http://com/",
    // userinfo
    "http://shop.example@127.0.0.1/",
    "http://user@shop.example/",
    "http://user:secret@shop.example/",
    "http://:secret@shop.example/",
    // ports
    "http://shop.example:22/",
    "http://shop.example:8080/",
    "https://shop.example:8443/",
    "http://8.8.8.8:53/",
  ])("refuses %j", (url) => {
    expect(verdict(url)).toBe("blocked_address");
  });

  test.each([
    "ftp://shop.example/a.jpg",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "blob:http://a.example/1",
  ])("finds no http in %s", (url) => {
    expect(verdict(url)).toBe("invalid_url");
  });

  test("has nothing to fetch where only dots are left of the host", () => {
    expect(URL.canParse("http://./") ? verdict("http://./") : "invalid_url").toBe("invalid_url");
  });

  test.each([
    "http://shop.example/a.jpg",
    "https://shop.example./a.jpg",
    "https://SHOP.example:443/a.jpg",
    "http://shop.example:80/a.jpg",
    "http://shop.example:443/a.jpg",
    "https://images.test/a.jpg",
    "https://images.invalid/a.jpg",
    "https://localhost.shop.example/",
    "https://my.localshop/",
    "https://notinternal.example/",
    "https://b\u00fccher.example/",
    "https://10.0.0.1.shop.example/",
    "http://8.8.8.8/",
    "http://134744072/",
    "http://1.1.1.1/",
    "http://9.255.255.255/",
    "http://11.0.0.0/",
    "http://100.63.255.255/",
    "http://100.128.0.0/",
    "http://126.255.255.255/",
    "http://128.0.0.0/",
    "http://169.253.255.255/",
    "http://169.255.0.0/",
    "http://172.15.255.255/",
    "http://172.32.0.0/",
    "http://192.167.255.255/",
    "http://192.169.0.0/",
    "http://198.17.255.255/",
    "http://198.20.0.0/",
    "http://223.255.255.255/",
    "http://[2606:4700:4700::1111]/",
    "http://[2a00:1450:4001:800::200e]/",
    "http://[2001:4860:4860::8888]/",
    "http://[2001:200::1]/",
    "http://[2003::1]/",
  ])("lets %j pass", (url) => {
    expect(verdict(url)).toBe("allowed");
  });

  test("names a host that is allowed to be private, with any port or with one", () => {
    expect(verdict("http://127.0.0.1:9000/", { allowPrivateHosts: ["127.0.0.1"] })).toBe("allowed");
    expect(verdict("http://127.1:9000/", { allowPrivateHosts: ["127.0.0.1:9000"] })).toBe("allowed");
    expect(verdict("http://localhost/", { allowPrivateHosts: ["localhost:80"] })).toBe("allowed");
    expect(verdict("http://[::1]:9000/", { allowPrivateHosts: ["[::1]"] })).toBe("allowed");
    expect(verdict("http://127.0.0.1:9001/", { allowPrivateHosts: ["127.0.0.1:9000"] })).toBe("blocked_address");
    expect(verdict("http://127.0.0.2:9000/", { allowPrivateHosts: ["127.0.0.1"] })).toBe("blocked_address");
    expect(verdict("http://a.localhost/", { allowPrivateHosts: ["localhost"] })).toBe("blocked_address");
  });

  test("does not let a private host carry a password or another scheme", () => {
    expect(verdict("http://user@127.0.0.1/", { allowPrivateHosts: ["127.0.0.1"] })).toBe("blocked_address");
    expect(verdict("ftp://127.0.0.1/", { allowPrivateHosts: ["127.0.0.1"] })).toBe("invalid_url");
  });

  test("refuses the service's own hosts, also where they may be private", () => {
    const own = { ownHosts: ["halftone.example", "127.0.0.1:8787", "*.acme.workers.dev"] };
    expect(verdict("https://halftone.example/image/a.jpg", own)).toBe("blocked_address");
    expect(verdict("https://HALFTONE.example./image/a.jpg", own)).toBe("blocked_address");
    expect(verdict("https://halftone.acme.workers.dev/", own)).toBe("blocked_address");
    expect(verdict("https://halftone.other.workers.dev/", own)).toBe("allowed");
    expect(verdict("https://cdn.halftone.example/", own)).toBe("allowed");
    expect(verdict("http://127.0.0.1:8787/", { ...own, allowPrivateHosts: ["127.0.0.1"] })).toBe("blocked_address");
    expect(verdict("http://127.0.0.1:9000/", { ...own, allowPrivateHosts: ["127.0.0.1"] })).toBe("allowed");
  });

  test("takes its ports from the policy", () => {
    expect(verdict("http://shop.example:8080/", { allowedPorts: [80, 443, 8080] })).toBe("allowed");
    expect(verdict("http://shop.example/", { allowedPorts: [443] })).toBe("blocked_address");
  });

  test("says which host and why, without the rest of the URL", () => {
    expect(checkAddress(new URL("http://user:secret@10.0.0.1/path?token=1"), policy)).toEqual({
      kind: "blocked_address",
      host: "10.0.0.1",
      reason: "the URL carries a user name or a password",
    });
  });
});
