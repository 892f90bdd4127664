/** Types of records of which a busy cluster makes many each second. Whatever else happens is rare, and is told at once. */
const frequent: ReadonlySet<string> = new Set([
  "messageSent",
  "messageReceived",
  "messageLost",
  "logAppended",
  "logCommitted",
  "logCompacted",
  "progressChanged",
  "readServed",
  "snapshotProgress",
  "stored",
]);

export function isRare({ type }: { readonly type: string }): boolean {
  return !frequent.has(type);
}
