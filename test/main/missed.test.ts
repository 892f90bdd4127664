import { clientError } from "../../src/client/values/balsa-error.ts";
import type { MembersView } from "../../src/repair/member-words.ts";
import { missed, StillUp } from "../../src/repair/missed.ts";

/** What a member answers, as far as it matters here. */
function view(leaderId: number, heardMs: readonly (readonly [nodeId: number, lastHeardMs: number])[], term = 1): MembersView {
  const progress = heardMs.map(([nodeId, lastHeardMs]) => ({ nodeId, lastHeardMs }));
  return { term, leaderId, progress, members: [1, 2, 3].map((nodeId) => ({ nodeId })) } as unknown as MembersView;
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
  expect(await missed(admin, 3, 10_000)).toBe(down);
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
  await expect(missed(answering(answer), 3, 300)).rejects.toMatchObject({ code: "NO_LEADER" });
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
  ).rejects.toMatchObject({ code: "NO_LEADER" });
});

describe("a node that is down, of which a new leader does not know yet when it was last heard", () => {
  /** Each leader counts from the moment on at which it took over, as if it had just heard everybody. */
  function ledFor(ms: number) {
    const from = performance.now();
    const members = () => {
      const passed = performance.now() - from;
      const term = 1 + Math.floor(passed / ms);
      return Promise.resolve(view(1 + (term % 2), [[3, Math.round(passed % ms)]], term));
    };
    return { members };
  }

  test.each([100, 400, 1_500])("is not called up, nor down, while each leads for %d ms", async (ms) => {
    await expect(missed(ledFor(ms), 3, 1_600)).rejects.toMatchObject({
      code: "LEADER_UNSETTLED",
      message: expect.stringMatching(/^Leadership has changed (once|\d+ times) within 1600 ms, and nobody has led for long enough/),
    });
  });

  test("is neither before the only leader has led long enough", async () => {
    await expect(missed(ledFor(60_000), 3, 600)).rejects.toMatchObject({
      code: "LEADER_UNSETTLED",
      message: expect.stringMatching(/^The leader has not led for long enough/),
    });
  });

  test("is missed in the end", async () => {
    expect(await missed(ledFor(60_000), 3, 10_000)).toMatchObject({ leaderId: 2 });
  });
});

test("what is no answer of a cluster is told as it is", async () => {
  await expect(missed(answering(new TypeError("a mistake")), 3, 300)).rejects.toThrow("a mistake");
});
