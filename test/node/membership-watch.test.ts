import type { View } from "../../src/core/api.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import { MembershipWatch, twinPatienceMs } from "../../src/node/duties/membership-watch.ts";
import { incarnationId } from "../incarnations.ts";

const view = { id: 2, leader: null, members: bootstrapMembers([1, 2, 3].map(bareMember), incarnationId) } as unknown as View;

/** Refusals by these nodes, once a second from one time on up to another. */
function refuse(watch: MembershipWatch, by: readonly number[], from: number, to: number) {
  let end = null;
  for (let now = from; now <= to; now += 1_000) for (const id of by) end ??= watch.onRefused(id, "twin", "a twin", view, now);
  return end;
}

test("a node ends once most of the others have refused it as a twin for long, without a break", () => {
  expect(refuse(new MembershipWatch(), [1, 3], 0, twinPatienceMs - 1_000)).toBeNull();
  expect(refuse(new MembershipWatch(), [1, 3], 0, twinPatienceMs)).toMatchObject({ reason: "twin" });
});

test("the word of one, a break, and a leader that is heard keep it running", () => {
  expect(refuse(new MembershipWatch(), [1], 0, 10 * twinPatienceMs)).toBeNull();
  const broken = new MembershipWatch();
  refuse(broken, [1, 3], 0, twinPatienceMs - 1_000);
  expect(refuse(broken, [1, 3], twinPatienceMs + 6_000, twinPatienceMs + 8_000)).toBeNull();
  const led = new MembershipWatch();
  refuse(led, [1, 3], 0, twinPatienceMs - 1_000);
  led.onTurn({ ...view, leader: 1 }, []);
  expect(refuse(led, [1, 3], twinPatienceMs, twinPatienceMs + 1_000)).toBeNull();
});

test("a node that has heard a leader since it was started is nobody's twin, however long it is refused", () => {
  const watch = new MembershipWatch();
  watch.onTurn({ ...view, leader: 1 }, []);
  watch.onTurn(view, []);
  expect(refuse(watch, [1, 3], 0, 10 * twinPatienceMs)).toBeNull();
});
