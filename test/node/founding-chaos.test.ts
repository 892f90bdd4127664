import { chance, FoundingWorld } from "./founding-world.ts";

/** A cluster is born among processes and disks that fail at any moment. */

let world: FoundingWorld;

describe("whatever comes and goes while it is born", () => {
  /** Processes that are killed at any moment, also while the birth is on its way to their disk. */
  function strike(random: () => number, start: (id: number) => void): void {
    const id = 1 + Math.floor(random() * 3);
    const dice = random();
    const isWritten = random() < 0.5;
    const crash = (write: () => void): void => {
      if (isWritten) write();
      world.kill(id);
    };
    if (dice < 0.15) world.kill(id);
    else if (dice < 0.3) world.disks.set(id, crash);
    else if (dice < 0.45) world.disks.clear();
    else {
      world.kill(id);
      start(id);
    }
    world.run(Math.floor(random() * 600));
  }

  test("it is born once, and in the end all are in it", () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      world = new FoundingWorld();
      const random = chance(seed);
      const seen = new Set<string>();
      for (let step = 0; step < 40; step += 1) {
        strike(random, (id) => world.start(id));
        for (const life of Object.values(world.lives())) if (life !== "") seen.add(life);
        expect(seen.size).toBeLessThan(2);
      }
      world.disks.clear();
      for (const id of [1, 2, 3]) world.kill(id);
      world.startAll([1, 2, 3]);
      world.settle();
      expect(new Set(Object.values(world.lives())).size).toBe(1);
      expect(world.lives()[1]).not.toBe("");
    }
  });

  test("with disks that are emptied, lists that change, and force, no directory is ever in two lives, nor in one that names another disk", () => {
    const lives = new Set<string>();
    for (let seed = 1; seed <= 200; seed += 1) {
      world = new FoundingWorld();
      const random = chance(seed);
      const lifeOf = new Map<string, string>();
      for (let step = 0; step < 40; step += 1) {
        if (random() < 0.2) world.wipe(1 + Math.floor(random() * 3));
        strike(random, (id) => {
          const list = random() < 0.8 ? [1, 2, 3] : [id, 1 + (id % 3)];
          world.start(id, { list, isForced: random() < 0.3 });
        });
        for (const [id, { diskId, birth }] of world.directories) {
          if (birth === null) continue;
          expect(["", diskId]).toContain(birth.members.find((member) => member.id === id)?.diskId);
          expect(lifeOf.get(diskId) ?? birth.incarnationId).toBe(birth.incarnationId);
          lifeOf.set(diskId, birth.incarnationId);
          lives.add(`${seed} ${birth.incarnationId}`);
        }
      }
    }
    // Else nothing of this was ever tried.
    expect(lives.size).toBeGreaterThan(200);
  });
});
