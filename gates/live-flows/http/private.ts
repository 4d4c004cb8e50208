/** Addresses that belong to nobody in public: what a redirect from outside must not lead to. */
import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 128],
  ["::1", 128],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
  ["64:ff9b:1::", 48],
] as const)
  PRIVATE.addSubnet(network, prefix, "ipv6");

/** The IPv4 address inside ::ffff:a.b.c.d, 64:ff9b::a.b.c.d and their hexadecimal forms. */
function embedded(address: string): string | null {
  const dotted = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (dotted) return dotted;
  const hex = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (!hex) return null;
  const [high, low] = [Number.parseInt(hex[1]!, 16), Number.parseInt(hex[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** True for loopback, private, link-local (cloud metadata), multicast and reserved addresses. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "");
  const inner = embedded(bare);
  if (inner) return PRIVATE.check(inner, "ipv4");
  const family = isIP(bare);
  return family !== 0 && PRIVATE.check(bare, family === 4 ? "ipv4" : "ipv6");
}

/** The code of the error a guarded lookup gives. */
export const PRIVATE_CODE = "ERR_PRIVATE_ADDRESS";

function refusal(hostname: string, address: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`${hostname} resolves to ${address}`);
  error.code = PRIVATE_CODE;
  return error;
}

/** Resolves like the system, but fails for a name that has a private address: checked on what is connected to. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const hidden = addresses.find((one) => isPrivateAddress(one.address));
    if (hidden) return callback(refusal(hostname, hidden.address), "", 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? "", first?.family ?? 0);
  });
};
