import { EventQueue } from "../../src/sim/base/event-queue.ts";
import { Life } from "../../src/sim/base/life.ts";
import { Random } from "../../src/sim/base/random.ts";
import { SimClock } from "../../src/sim/host/sim-clock.ts";

const nobody = { onStep: () => undefined, onArmedCrash: () => undefined, onLateEffect: () => undefined };

function runAll(queue: EventQueue, until = 1e6): void {
  for (let task = queue.take(until); task !== null; task = queue.take(until)) task.run();
}

describe("the queue", () => {
  test("gives tasks in the order of their times, and those of one moment in the order they were added", () => {
    const queue = new EventQueue();
    const random = new Random(1, "queue");
    const added = Array.from({ length: 2_000 }, (_, order) => ({ at: random.below(100), order }));
    const run: { at: number; order: number }[] = [];
    for (const task of added) queue.add(task.at, () => run.push(task));
    runAll(queue);
    expect(run).toEqual([...added].sort((a, b) => a.at - b.at || a.order - b.order));
  });

  test("skips what was cancelled, moves time to each task, and then to the end asked for", () => {
    const queue = new EventQueue();
    const seen: number[] = [];
    queue.add(5, () => seen.push(queue.now));
    queue.add(3, () => seen.push(queue.now)).cancel();
    queue.add(9, () => seen.push(queue.now));
    runAll(queue, 7);
    expect({ seen, now: queue.now }).toEqual({ seen: [5], now: 7 });
  });

  test("does what should have been done earlier at once, never in the past", () => {
    const queue = new EventQueue();
    queue.add(5, () => queue.add(1, () => expect(queue.now).toBe(5)));
    runAll(queue, 6);
    expect(queue.now).toBe(6);
  });
});

describe("chance", () => {
  test("is the same for the same seed and stream, and different for any other", () => {
    const draw = (seed: number, stream: string) => {
      const random = new Random(seed, stream);
      return Array.from({ length: 8 }, () => random.bits()).join();
    };
    expect(draw(1, "a")).toBe(draw(1, "a"));
    const sequences = [draw(1, "a"), draw(2, "a"), draw(1, "b"), draw(1 + 2 ** 32, "a"), draw(2 ** 40, "a")];
    expect(new Set(sequences).size).toBe(sequences.length);
  });

  test("is spread evenly, also over whole numbers and shuffles", () => {
    const random = new Random(4, "spread");
    const drawn = [0, 0, 0, 0, 0];
    const firsts = [0, 0, 0, 0, 0];
    const count = (counts: number[], place: number): void => {
      counts[place] = (counts[place] ?? 0) + 1;
    };
    for (let i = 0; i < 50_000; i += 1) {
      count(drawn, random.between(0, 4));
      count(firsts, random.shuffled([0, 1, 2, 3, 4])[0] ?? -1);
    }
    for (const times of [...drawn, ...firsts]) expect(Math.abs(times - 10_000)).toBeLessThan(500);
  });
});

describe("a clock", () => {
  function makeClock(rate: number, startsAt = 100) {
    const queue = new EventQueue();
    const life = new Life(1, 1, nobody);
    const clock = new SimClock({ startsAt, rate, turnMsMax: 0 }, queue, life, new Random(1, "clock"));
    return { queue, life, clock };
  }

  test("runs at its own rate, and rings when it shows the time asked for", () => {
    const { queue, clock } = makeClock(0.5);
    const rings: number[] = [];
    clock.at(150, () => rings.push(queue.now));
    runAll(queue, 200);
    expect(rings).toEqual([100]);
    expect(clock.now()).toBe(200);
  });

  test("never rings before its time, whatever the rounding", () => {
    const random = new Random(2, "rounding");
    for (let i = 0; i < 2_000; i += 1) {
      const { queue, clock } = makeClock(random.within(0.7, 1.4), random.within(0, 1e6));
      const at = clock.now() + random.within(0, 500);
      let rang = Number.NaN;
      clock.at(at, () => {
        rang = clock.now();
      });
      runAll(queue, 1e4);
      expect(rang).toBeGreaterThanOrEqual(at);
      expect(rang).toBeLessThan(at + 0.001);
    }
  });

  test("may jump forward: what came due meanwhile rings at once, what did not rings earlier", () => {
    const { queue, clock } = makeClock(1);
    const rings: string[] = [];
    clock.at(150, () => rings.push(`150 at ${queue.now}`));
    clock.at(1_150, () => rings.push(`1150 at ${queue.now}`));
    clock.at(900, () => rings.push("cancelled")).cancel();
    queue.add(10, () => clock.jump(1_000));
    runAll(queue, 2_000);
    expect(rings).toEqual(["150 at 10", "1150 at 50"]);
  });
});

describe("a process", () => {
  test("that is held takes in nothing; then timers and mail, and the turns of its event loop last", () => {
    const order = (timersFirst: boolean): string => {
      const life = new Life(1, 1, nobody);
      const took: string[] = [];
      life.pause();
      life.run(() => took.push("turn"), "turn");
      life.run(() => took.push("mail"));
      life.run(() => took.push("timer"), "timer");
      expect(took).toEqual([]);
      life.resume(timersFirst);
      return took.join();
    };
    expect(order(true)).toBe("timer,mail,turn");
    expect(order(false)).toBe("mail,timer,turn");
  });

  test("that has ended takes in nothing and does nothing to the world, and says so once", () => {
    const life = new Life(1, 1, nobody);
    let ends = 0;
    life.whenEnded(() => {
      ends += 1;
    });
    life.whenEnded(() => {
      ends += 10;
    })();
    life.end();
    life.end();
    life.run(() => {
      throw new Error("it is dead");
    });
    expect(life.effect("send")).toBe(false);
    expect(ends).toBe(1);
  });

  test("can die between any two of its effects", () => {
    const crashed: Life[] = [];
    const life = new Life(1, 1, {
      ...nobody,
      onArmedCrash: (dying) => {
        crashed.push(dying);
        dying.end();
      },
    });
    life.armCrash(2);
    expect([life.effect("send"), life.effect("store"), life.effect("send"), life.effect("send")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(crashed).toEqual([life]);
  });

  test("whose disk has failed is watched", () => {
    const late: string[] = [];
    const life = new Life(1, 1, { ...nobody, onLateEffect: (_life, what) => late.push(what) });
    life.effect("send");
    life.fail();
    life.effect("store");
    expect(late).toEqual(["store"]);
  });
});
