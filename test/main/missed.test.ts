import { clientError } from "../../src/client/balsa-error.ts";
import type { MembersView } from "../../src/main/cli/member-words.ts";
import { missed, StillUp } from "../../src/main/repair/missed.ts";

/** What a member answers, as far as it matters here. */
function view(leaderId: number, heardMs: readonly (readonly [nodeId: number, lastHeardMs: number])[]): MembersView {
  const progress = heardMs.map(([nodeId, lastHeardMs]) => ({ nodeId, lastHeardMs }));
  return { leaderId, progress, members: [1, 2, 3].map((nodeId) => ({ nodeId })) } as MembersView;
}

/** A cluster that answers one after the other, the last answer for ever. */
function answering(...answers: readonly (MembersView | Error)[]) {
  let next = 0;
  const members = () => {
    const answer = answers[Math.min(next++, answers.length - 1)];
    return answer instanceof Error || answer === undefined ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { members };
}

const none = clientError("UNREACHABLE");

test("a node is missed once a leader says that it has not heard it for a while", async () => {
  const down = view(1, [
    [2, 5],
    [3, 2_500],
  ]);
  const admin = answering(
    none,
    view(0, []),
    view(3, []),
    view(1, [
      [2, 5],
      [3, 100],
    ]),
    down,
  );
  expect(await missed(admin, 3)).toBe(down);
});

test.each([
  [
    "a leader that hears it",
    view(1, [
      [2, 5],
      [3, 100],
    ]),
  ],
  [
    "itself, which leads",
    view(3, [
      [1, 5],
      [2, 5],
    ]),
  ],
])("a node is up by the word of %s", async (_, answer) => {
  await expect(missed(answering(answer), 3, 300)).rejects.toThrow(StillUp);
});

test.each([
  ["nobody answers", none],
  ["nobody leads", view(0, [])],
  ["only followers answer", view(1, [])],
])("where %s nothing is known of a node, and that is what is said", async (_, answer) => {
  await expect(missed(answering(answer), 3, 300)).rejects.toMatchObject({ reason: "NO_LEADER" });
  await expect(
    missed(
      answering(
        view(1, [
          [2, 5],
          [3, 100],
        ]),
        answer,
      ),
      3,
      300,
    ),
  ).rejects.toMatchObject({ reason: "NO_LEADER" });
});

test("what is no answer of a cluster is told as it is", async () => {
  await expect(missed(answering(new TypeError("a mistake")), 3, 300)).rejects.toThrow("a mistake");
});
