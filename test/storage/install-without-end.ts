// Takes in one snapshot after the other as fast as the disk allows, and says which ones are the state. Ends at a failure.
import { installing, packed, recordsOf, staging } from "./snapshots.ts";
import { openIn, print, settled, storing } from "./support.ts";

const { log, state, restored, identity } = await openIn(process.argv[2] ?? "");
print({ found: restored.base.index });
try {
  for (let index = restored.base.index + 10; ; index += 10) {
    const { records, content } = recordsOf(index);
    const members = { ...restored.members.members, nodes: identity.bootstrap };
    const meta = { index, term: 2, time: index, members, membersIndex: 0, ...content };
    const staged = await staging(state, meta);
    for (let first = 0; first < records.length; first += 100) {
      await settled((done) => staged.add(packed(records.slice(first, first + 100)), done));
    }
    const isWhole = await new Promise<boolean>((resolve, reject) =>
      staged.finish((error, whole) => (error === null ? resolve(whole) : reject(error))),
    );
    if (!isWhole) throw new Error("the snapshot is not whole");
    await storing(log, installing(meta, staged.name, index, 2));
    print({ stored: index });
    await settled((done) => state.switchTo(staged.name, { index, term: 2, time: index, members, membersIndex: 0 }, done));
    print({ installed: index });
  }
} catch (error) {
  print({ failed: String(error) });
  process.exit(0);
}
