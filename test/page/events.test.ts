import type { ObservedRecord } from "../../src/observe/records.ts";
import { FilteredEvents } from "../../src/page/events/filtered-events.ts";
import { Deeds } from "../../src/page/model/deeds.ts";
import { type EventFilter, type EventGroup, EventList, eventGroups, eventsMax } from "../../src/page/model/event-list.ts";
import { News } from "../../src/page/model/news.ts";

// The list of all that happened, and what is taken from it.

let number = 0;
function record(type: string, fields: Readonly<Record<string, number | string | boolean>> = {}): ObservedRecord {
  number += 1;
  return { node: 1, life: 1, number, at: number, turn: 0, type, ...fields };
}

const describeIt = ({ type, node }: ObservedRecord): string => `${type} of node ${node}.`;
const all: EventFilter = { groups: new Set(Object.keys(eventGroups) as EventGroup[]), type: "", node: -1, text: "" };

test("a filter lets pass what is of its kinds, type, node and text", () => {
  const events = new EventList(describeIt);
  events.add([
    record("messageSent"),
    record("leaderElected", { node: 2 }),
    record("nodeLost", { node: 0, of: 2 }),
    record("stored"),
  ]);
  const passing = (filter: Partial<EventFilter>): readonly string[] =>
    events.rows.filter((row) => events.matches(row, { ...all, ...filter })).map((row) => row.record.type);
  expect(passing({})).toHaveLength(4);
  expect(passing({ groups: new Set(["messages"]) })).toEqual(["messageSent"]);
  expect(passing({ type: "stored" })).toEqual(["stored"]);
  expect(passing({ node: 2 })).toEqual(["leaderElected", "nodeLost"]);
  expect(passing({ text: "LEADERELECTED OF" })).toEqual(["leaderElected"]);
});

test("what passes is the same whether events come one by one or all at once", () => {
  const events = new EventList(describeIt);
  const filtered = new FilteredEvents(events);
  const filter = { ...all, type: "stored" };
  for (let step = 0; step < 20; step += 1) {
    events.add([record("stored"), record("messageSent")]);
    filtered.rows(filter);
  }
  expect(filtered.rows(filter)).toEqual(new FilteredEvents(events).rows(filter));
  expect(filtered.rows(filter)).toHaveLength(20);
  expect(filtered.rows({ ...all, type: "messageSent" })).toHaveLength(20);
});

test("a list that was emptied and filled again shows nothing of before", () => {
  const events = new EventList(describeIt);
  const filtered = new FilteredEvents(events);
  events.add([record("stored")]);
  filtered.rows(all);
  events.clear();
  expect(filtered.rows(all)).toEqual([]);
  events.add([record("leaderLost")]);
  expect(filtered.rows(all).map((row) => row.record.type)).toEqual(["leaderLost"]);
});

test("messages make room before anything else does, and how many did is told", () => {
  const events = new EventList(describeIt);
  events.add([record("leaderElected")]);
  events.add(Array.from({ length: eventsMax }, () => record("messageSent")));
  expect(events.rows.length).toBeLessThan(eventsMax);
  expect(events.rows[0]?.record.type).toBe("leaderElected");
  expect(events.rows.length + events.forgotten).toBe(eventsMax + 1);
});

test("however much comes at once, no more is kept than there is room for", () => {
  const events = new EventList(describeIt);
  events.add(Array.from({ length: 3 * eventsMax }, (_, place) => record(place % 2 === 0 ? "messageSent" : "stored")));
  expect(events.rows.length).toBeLessThanOrEqual(eventsMax);
  expect(events.rows.at(-1)?.record.type).toBe("stored");
});

test("a node that was paused or killed on purpose is known as such until it is heard again", () => {
  const deeds = new Deeds();
  const control = (what: string, ok = true): ObservedRecord => record("control", { what, ok, outcome: "" });
  deeds.take([control("pause node 3"), control("kill node 4"), control("kill node 5", false)]);
  expect([3, 4, 5].map((node) => deeds.of(node))).toEqual(["paused", "killed", null]);
  deeds.take([control("resume node 3"), record("nodeHeard", { node: 0, of: 4 })]);
  expect([3, 4].map((node) => deeds.of(node))).toEqual([null, null]);
  deeds.take([control("pause all nodes")]);
  expect(deeds.of(1)).toBe("paused");
  deeds.take([control("resume all nodes")]);
  expect(deeds.of(1)).toBeNull();
});

describe("what is read out", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("is one sentence in 2 s, a leader once for all nodes that learn of it", () => {
    const news = new News(describeIt);
    const elected = (node: number): ObservedRecord => record("leaderElected", { node, leader: 2, term: 7 });
    news.hear([elected(1), elected(2), elected(3), record("nodeLost", { node: 0 })]);
    expect(news.sentence.value).toBe("Node 2 leads term 7.");
    jest.advanceTimersByTime(1_999);
    expect(news.sentence.value).toBe("Node 2 leads term 7.");
    jest.advanceTimersByTime(1);
    expect(news.sentence.value).toBe("nodeLost of node 0.");
  });

  test("leaves out the oldest of what waits, for it may be true no more", () => {
    const news = new News(describeIt);
    for (const sentence of ["a", "b", "c", "d", "e"]) news.say(sentence);
    const said = [news.sentence.value];
    for (let step = 0; step < 4; step += 1) {
      jest.advanceTimersByTime(2_000);
      said.push(news.sentence.value);
    }
    expect(said).toEqual(["a", "c", "d", "e", "e"]);
  });
});
