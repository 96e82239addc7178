/// <reference types="node" />
import { BlockList, isIP } from 'node:net';

/** What is no host of the web, and what clouds give metadata at. @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const notPublic4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Within the addresses of the web: those that have an address of IPv4 in them, and those of examples. @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const notPublic6: readonly (readonly [address: string, bits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function listOf(entries: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, bits] of entries) list.addSubnet(address, bits, family);
  return list;
}

const blocked4 = listOf(notPublic4, 'ipv4');
const blocked6 = listOf(notPublic6, 'ipv6');
/** Everything else of IPv6 is local, or leads to another address: loopback, mapped ones, NAT64, link-local, unique local, multicast. */
const global6 = listOf([['2000::', 3]], 'ipv6');

/** Whether an address is that of a host of the web. A name is none. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked4.check(address, 'ipv4');
    case 6:
      // A zone is of a link.
      return !address.includes('%') && global6.check(address, 'ipv6') && !blocked6.check(address, 'ipv6');
    default:
      return false;
  }
}
