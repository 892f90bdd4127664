/** What the exit of a Balsa program means. docs/configuration.md lists them. */
export const exitCodes = {
  done: 0,
  /** A node failed; a client was refused: the comparison did not hold, there is no such key. */
  failed: 1,
  /** The configuration or the arguments make no sense; nothing was touched. */
  usage: 2,
  /** No node answered in time, it is not known whether the request took effect, or what was begun is not over. */
  unreachable: 3,
  /** The data directory cannot be used; it was left as it is. */
  storage: 4,
  /** An address cannot be listened on; nothing was touched. */
  port: 5,
  /** The cluster goes on without this node: it was removed, is on another disk than the members know, or is none of them. */
  notAMember: 6,
  /** What was asked for was done, and what was to be printed could not be written. */
  output: 7,
} as const;
