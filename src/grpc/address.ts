/** Where somebody listens, or is reached. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Longest address that is taken, in letters: a name has at most 253. */
const lengthMax = 300;

/** Splits "host:port", or "[::1]:port". Null if it is no such thing. Whether anybody is there is not looked at. */
export function parseAddress(text: string): HostPort | null {
  const [, brackets, name, digits] = /^(?:\[([^\]]+)\]|([^\s:[\]/\p{Cc}\p{Surrogate}]+)):([0-9]{1,5})$/u.exec(text) ?? [];
  const host = name ?? (brackets !== undefined && isIPv6(brackets) ? brackets : undefined);
  const port = Number(digits);
  return host !== undefined && text.length <= lengthMax && port >= 1 && port <= 65_535 ? { host, port } : null;
}

export function isAddress(text: string): boolean {
  return parseAddress(text) !== null;
}

/** The parser of URLs knows it, and is there already: `node:net` would be loaded for nothing else, in every client. */
function isIPv6(text: string): boolean {
  // What follows on a percent sign says through which interface, and is no part of a URL.
  const [, bare] = /^([0-9a-fA-F:.]+)(?:%[0-9a-zA-Z.:-]+)?$/.exec(text) ?? [];
  return bare !== undefined && URL.canParse(`http://[${bare}]`);
}
