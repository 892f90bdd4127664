/** Longer timers overflow in Node and would fire at once. */
const timerMsMax = 2 ** 31 - 1;

const header = "grpc-timeout";
/** As the protocol of gRPC has it: at most eight digits, and a unit. */
const written = /^([0-9]{1,8})([HMSmun])$/;
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };

/**
 * The library makes a timer of a call's time-out without a look at its size, so that a far deadline would be over at
 * once; and it carries out a call whose time-out it cannot read while it refuses it. So both are seen to before.
 *
 * @returns what is wrong with the time-out, as a sentence; null if nothing is now
 */
export function boundDeadline(headers: Record<string, string | string[] | undefined>): string | null {
  const given = headers[header];
  if (given === undefined) return null;
  const [, digits = "", unit = ""] = written.exec(String(given)) ?? [];
  const ms = Number(digits) * (unitMs[unit] ?? Number.NaN);
  if (Number.isNaN(ms)) return `The time-out of a call is at most eight digits and one of H, M, S, m, u and n.`;
  if (ms > timerMsMax) headers[header] = `${Math.floor(timerMsMax / 1_000)}S`;
  return null;
}
