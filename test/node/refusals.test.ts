import type { CoreEvent } from "../../src/core/events.ts";
import { Refusals } from "../../src/node/requests/refusals.ts";

const refused = (isImpossible: boolean): CoreEvent => ({
  type: "messageRefused",
  from: 7,
  what: "heartbeat",
  why: "no",
  isImpossible,
});
const other: CoreEvent = { type: "leaderLost", term: 3 };

test("messages that are refused are all counted, and told once a second, each kind of reason for itself", () => {
  let now = 0;
  const refusals = new Refusals({ now: () => now });
  expect(refusals.toTell([refused(true), other, refused(true), refused(false)])).toEqual([refused(true), other, refused(false)]);
  now = 999;
  expect(refusals.toTell([refused(true), refused(false), other])).toEqual([other]);
  now = 1_000;
  expect(refusals.toTell([refused(false)])).toEqual([refused(false)]);
  expect(refusals.counters.messagesRefused).toBe(6);
});

test("what is none of them passes as it came", () => {
  const events = [other];
  expect(new Refusals({ now: () => 0 }).toTell(events)).toBe(events);
});
