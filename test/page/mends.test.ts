import { mendsOf } from "../../src/page/controls/mends.ts";
import type { Condition } from "../../src/page/model/nodes.ts";

test.each<[Condition, boolean, string]>([
  ["down", false, "Start"],
  ["paused", false, "Resume"],
  ["unheard", false, "Resume, Start"],
  ["follower", true, ""],
])("a node that is %s is offered only what can bring it back", (condition, isHeard, expected) => {
  expect(
    mendsOf({ isHeard, condition })
      .map(([title]) => title)
      .join(", "),
  ).toBe(expected);
});
