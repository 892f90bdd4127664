import { FaultBook } from "../../src/node/faults/fault-book.ts";
import { TurnGate } from "../../src/node/faults/turn-gate.ts";
import { HandClock } from "./fakes.ts";

let clock: HandClock;
let book: FaultBook;
let gate: TurnGate;
let turns: number[];

beforeEach(() => {
  clock = new HandClock();
  const told = { onSet: () => undefined, onCleared: () => undefined };
  book = new FaultBook({ clock, onChange: () => gate.recheck(), ...told });
  gate = new TurnGate({ clock, pauses: () => book.of("turn") });
  turns = [];
});

const takeTurn = () => gate.nextTurn(() => turns.push(clock.now()));
const pause = (pauseMs: number) => book.set({ type: "turn", pauseMs }, 0);

test("a turn is taken soon, and never at once", () => {
  takeTurn();
  expect(turns).toEqual([]);
  clock.settle();
  expect(turns).toEqual([0]);
});

test("a pause holds the turn that is due already, and lets it go at its end", () => {
  takeTurn();
  pause(50);
  clock.run(49);
  expect(turns).toEqual([]);
  clock.run(1);
  expect(turns).toEqual([50]);
  takeTurn();
  clock.settle();
  expect(turns).toEqual([50, 50]);
});

test("of two pauses the longer one counts", () => {
  pause(50);
  pause(80);
  takeTurn();
  clock.run(79);
  expect(turns).toEqual([]);
  expect(book.list()).toMatchObject([{ struck: 1 }]);
  clock.run(1);
  expect(turns).toEqual([80]);
});

test("a pause that is set while another one holds the turn has struck it as well", () => {
  pause(50);
  takeTurn();
  clock.run(10);
  pause(80);
  clock.run(10);
  expect(book.list()).toMatchObject([{ struck: 1 }, { struck: 1 }]);
  clock.run(69);
  expect(turns).toEqual([]);
  clock.run(1);
  expect(turns).toEqual([90]);
});

test("a pause that is cleared ends at once", () => {
  pause(5_000);
  takeTurn();
  clock.run(10);
  book.clear([]);
  clock.settle();
  expect(turns).toEqual([10]);
});

test("a pause in which no turn is due changes nothing", () => {
  pause(10);
  clock.run(20);
  expect(turns).toEqual([]);
  takeTurn();
  clock.settle();
  expect(turns).toEqual([20]);
});
