const recommended = 24;

/** What is said once to whoever runs nodes on an older version of Node than the recommended one; null on that or a newer one. */
export function nodeVersionAdvice(version: string): string | null {
  if (Number.parseInt(version, 10) >= recommended) return null;
  return `This is Node ${version}. Node ${recommended} is recommended: it is faster than Node 20, which gets no security fixes any more.`;
}
