/** Which cluster somebody belongs to: by its name, which may be given twice, and by its incarnation, which is not. */
interface Belonging {
  readonly clusterId: string;
  readonly incarnationId: string;
}

/** Whether two nodes may talk to each other at all. */
export function isSameCluster(a: Belonging, b: Belonging): boolean {
  return a.clusterId === b.clusterId && a.incarnationId === b.incarnationId;
}

/**
 * Whether a client names another incarnation of the cluster than the one that a node is in. What it knows (a session, a
 * place in the history of changes, a revision) then means nothing here. One that names none is taken as it comes.
 */
export function isOfAnotherIncarnation(named: string, own: string): boolean {
  return named !== "" && named !== own;
}
