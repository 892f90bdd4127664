import { Runs } from "../../src/transport/link/runs.ts";

test("a process has an earlier twin only while streams of that one are open", () => {
  const runs = new Runs();
  for (let stream = 0; stream < 2; stream += 1) runs.enter(2, 100);
  runs.enter(2, 200);
  expect([runs.hasEarlier(2, 200), runs.hasEarlier(2, 100), runs.hasEarlier(2, 50), runs.hasEarlier(3, 200)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  runs.leave(2, 100);
  expect(runs.hasEarlier(2, 200)).toBe(true);
  runs.leave(2, 100);
  expect(runs.hasEarlier(2, 200)).toBe(false);
});

test("one that does not say when it began is nobody's twin", () => {
  const runs = new Runs();
  runs.enter(2, 0);
  expect([runs.hasEarlier(2, 7), runs.hasEarlier(2, 0)]).toEqual([false, false]);
});
