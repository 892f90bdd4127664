import type { Answer, Input } from "../../src/core/api.ts";
import { Tickets } from "../../src/node/requests/tickets.ts";

function setUp() {
  const inputs: Input[] = [];
  const answers: [asker: string, answer: Answer][] = [];
  const tickets = new Tickets((input) => inputs.push(input));
  const read = (asker: string): void =>
    tickets.ask(
      (ticket) => ({ type: "read", ticket }),
      (answer) => answers.push([asker, answer]),
    );
  return { inputs, answers, tickets, read };
}

test("an answer of the core reaches whoever asked, in whatever order they come", () => {
  const { inputs, answers, tickets, read } = setUp();
  read("first");
  read("second");
  const [first, second] = inputs.map((input) => ("ticket" in input ? input.ticket : 0));
  const late = { type: "readable", ticket: second ?? 0, index: 7 } as const;
  const early = { type: "refused", ticket: first ?? 0, reason: "noLeader", leader: null } as const;
  tickets.onAnswer(late);
  tickets.onAnswer(early);
  expect(answers).toEqual([
    ["second", late],
    ["first", early],
  ]);
});

test("a question is answered once, and an answer that nobody waits for is dropped", () => {
  const { inputs, answers, tickets, read } = setUp();
  read("only");
  expect(inputs).toEqual([{ type: "read", ticket: 1 }]);
  const answer = { type: "readable", ticket: 1, index: 7 } as const;
  tickets.onAnswer({ ...answer, ticket: 2 });
  tickets.onAnswer(answer);
  tickets.onAnswer(answer);
  expect(answers).toEqual([["only", answer]]);
});
