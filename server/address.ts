/** An IP address as people write it: IPv4 that came in by an IPv6 socket is IPv4. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
