import { allFaults } from "../faults/all.ts";
import { everyFaultOnce } from "./plan.ts";
import { playInDocker } from "./suite.ts";

// The product as it is shipped, in containers, struck by every fault that there is, while clients work with it.

// About eight minutes on two processors, the building of the images left out. A run that hangs is ended.
jest.setTimeout(20 * 60_000);

test("every fault once: nothing acknowledged is lost, every history is linearizable, and the cluster is back soon after each", async () => {
  const seed = Number(process.env.CHAOS_SEED ?? 1);
  const report = await playInDocker(everyFaultOnce({ seed, faults: allFaults.map(({ name }) => name) }));
  expect(report.strikes).toHaveLength(allFaults.length);
});
