import { SystemClock } from "../../src/server/node/clock.ts";

const clock = new SystemClock();

/** Holds the event loop, as a long computation or a pause of the process would. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("a timer never fires before its time, not even by a fraction of a millisecond", async () => {
  for (let i = 0; i < 50; i++) {
    // Node counts from when it last looked at the time, which a busy turn leaves in the past.
    block(3);
    const at = clock.now() + 1 + i / 50;
    const firedAt = await new Promise<number>((resolve) => clock.at(at, () => resolve(clock.now())));
    expect(firedAt).toBeGreaterThanOrEqual(at);
  }
});

test("a cancelled timer does not fire, one that fired early and was armed again included", async () => {
  let fired = 0;
  const timer = clock.at(clock.now() + 2, () => fired++);
  timer.cancel();
  await new Promise<void>((resolve) => clock.at(clock.now() + 10, resolve));
  expect(fired).toBe(0);
});

test("a wait longer than Node's timers can count does not end at once", async () => {
  let fired = 0;
  const timer = clock.at(clock.now() + 2 ** 32, () => fired++);
  await new Promise<void>((resolve) => clock.at(clock.now() + 10, resolve));
  timer.cancel();
  expect(fired).toBe(0);
});

test("rule 38: time is monotonic: the time of day may jump, and no deadline moves", () => {
  const timeOfDay = jest.spyOn(Date, "now").mockReturnValue(0);
  const before = clock.now();
  block(2);
  expect(clock.now()).toBeGreaterThan(before);
  timeOfDay.mockRestore();
});

test("rule 38: after a stalled event loop, what has arrived is taken in before `soon` calls back", async () => {
  const { createServer, connect } = await import("node:net");
  const order: string[] = [];
  const server = createServer((socket) => socket.on("data", () => order.push("mail")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const socket = connect(address.port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  await new Promise<void>((resolve) => socket.write("warm", () => resolve()));
  while (order.length === 0) await new Promise<void>((resolve) => clock.soon(resolve));
  order.length = 0;
  await new Promise<void>((resolve) => {
    // The timer is late already when the loop comes back to it, and the mail waits in the socket.
    clock.at(clock.now(), () => {
      socket.write("late");
      block(20);
      clock.soon(() => {
        order.push("turn");
        resolve();
      });
    });
  });
  socket.destroy();
  server.close();
  expect(order).toEqual(["mail", "turn"]);
});
