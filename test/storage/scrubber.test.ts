import { RoundCutShort } from "../../src/storage/files/round-cut-short.ts";
import { Scrubber } from "../../src/storage/scrub/scrubber.ts";
import { clock } from "./support.ts";

// When a node reads, and how it tells of it, whatever it is that it reads.

test("the rate is kept, the next round begins after the period, and 0 bytes a second turn it off", async () => {
  let [now, rounds] = [0, 0];
  const waits: number[] = [];
  const stepping = {
    now: () => now,
    soon: clock.soon,
    at: (at: number, then: () => void) => {
      waits.push(at - now);
      now = Math.max(now, at);
      const timer = setImmediate(() => rounds < 2 && then());
      return { cancel: () => clearImmediate(timer) };
    },
  };
  const part = {
    scrub: async function* () {
      yield 500;
      yield 1_500;
    },
  };
  const ended = new Promise<Scrubber>((resolve) => {
    const onRound = () => {
      rounds += 1;
      if (rounds === 2) resolve(scrubber);
    };
    const ports = { clock: stepping, parts: [part], onRound, onCutShort: () => undefined, onDamaged: () => undefined };
    const scrubber = new Scrubber({ scrubBytesPerSecondMax: 1_000, scrubPeriodMs: 10_000 }, ports);
    scrubber.start();
    new Scrubber(
      { scrubBytesPerSecondMax: 0, scrubPeriodMs: 1 },
      {
        ...ports,
        parts: [
          {
            scrub: () => {
              throw new Error("read");
            },
          },
        ],
      },
    ).start();
  });
  expect((await ended).counters).toEqual({ rounds: 2, bytes: 4_000 });
  expect(waits.slice(0, 5)).toEqual([500, 1_500, 8_000, 500, 1_500]);
});

test("a round that was cut short is told as that, is not counted, and the next one comes when it is due", async () => {
  const said: string[] = [];
  let rounds = 0;
  const part = {
    scrub: async function* () {
      rounds += 1;
      yield 10;
      if (rounds === 1) throw new RoundCutShort("too many open files");
    },
  };
  const scrubber = await new Promise<Scrubber>((resolve) => {
    const onRound = () => {
      said.push("whole");
      resolve(made);
    };
    const ports = { clock, parts: [part], onRound, onCutShort: (why: string) => said.push(why), onDamaged: () => undefined };
    const made = new Scrubber({ scrubBytesPerSecondMax: 1_000_000_000, scrubPeriodMs: 1 }, ports);
    made.start();
  });
  scrubber.stop();
  expect([said, scrubber.counters]).toEqual([["too many open files", "whole"], { rounds: 1, bytes: 20 }]);
});

test("a stop during a step arms no timer any more, for it would hold the process", async () => {
  const waits: number[] = [];
  const watched = {
    ...clock,
    at: (at: number) => {
      waits.push(at);
      return { cancel: () => undefined };
    },
  };
  await new Promise<void>((resolve) => {
    const part = {
      scrub: async function* () {
        try {
          scrubber.stop();
          yield 1_000_000;
        } finally {
          resolve();
        }
      },
    };
    const ignored = () => undefined;
    const ports = { clock: watched, parts: [part], onRound: ignored, onCutShort: ignored, onDamaged: ignored };
    const scrubber = new Scrubber({ scrubBytesPerSecondMax: 1, scrubPeriodMs: 1 }, ports);
    scrubber.start();
    setTimeout(resolve, 1_000).unref();
  });
  expect(waits).toEqual([]);
});
