import { describeOperation } from "../../../../src/sim/checks/history.ts";
import { notesOf, read, set } from "../judge/histories.ts";
import { timelineOf } from "./timeline.ts";

test("operations that the verdict names are framed, and its words lead to their lines", () => {
  const { operations } = notesOf([set("k", "old", [0, 5], 1), set("k", "new", [6, 9], 2), read("k", "old", [10, 12])]);
  const stale = operations[2];
  if (stale === undefined) throw new Error("Nobody read.");
  const sentence = `none of these can be next:\n  ${describeOperation(stale)}`;
  const violation = { kind: "not linearizable", key: "k", sentence } as const;
  const html = timelineOf({ key: "k", operations, strikes: [], violations: [violation] });
  expect(html.match(/class="bar ok named"/g)).toHaveLength(1);
  expect(html).toContain(`<a href="#r${stale.request.id}">${describeOperation(stale)}</a>`);
  expect(html).toContain(`<tr id="r${stale.request.id}" class="ok named">`);
  expect(html.match(/class="bar ok"/g)).toHaveLength(2);
});
