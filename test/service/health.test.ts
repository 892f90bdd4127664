import { EventEmitter } from "node:events";
import { Health } from "../../src/service/introspection/health.ts";

test("one who watches and does not read is told the newest when he does, not all that there was", () => {
  const told: unknown[] = [];
  const unread: (() => void)[] = [];
  const call = Object.assign(new EventEmitter(), {
    request: { service: "" },
    writableLength: 0,
    write: ({ status }: { status: unknown }, callback: () => void) => {
      told.push(status);
      call.writableLength = 1;
      unread.push(() => {
        call.writableLength = 0;
        callback();
      });
    },
  });
  const health = new Health([]);
  health.handlers.Watch(call as never);
  for (let round = 0; round < 5; round++) {
    health.setServing(true);
    health.setServing(false);
  }
  health.setServing(true);
  expect(told).toEqual(["NOT_SERVING"]);
  unread.shift()?.();
  expect(told).toEqual(["NOT_SERVING", "SERVING"]);
  unread.shift()?.();
  health.setServing(false);
  expect(told).toEqual(["NOT_SERVING", "SERVING", "NOT_SERVING"]);
});
