// Stores entries and writes states as fast as the disk takes them, and says what was confirmed. Ends at a failure.
import { entryText, openIn, print, storeOf, storing, writing } from "./support.ts";

const { log, state, restored } = await openIn(process.argv[2] ?? "");
let last = restored.entries.length;
let term = restored.hardState?.term ?? 0;
let applied = restored.appliedIndex;
print({ found: last, term });
try {
  for (let round = 0; ; round++) {
    const isNewTerm = round % 50 === 0;
    if (isNewTerm) term += 1;
    const data = Array.from({ length: 1 + (round % 7) }, (_, place) => entryText(last + 1 + place));
    await storing(log, storeOf(term, last + 1, data, isNewTerm ? 1 : undefined));
    last += data.length;
    print({ confirmed: last, term });
    if (round % 3 !== 0) continue;
    await writing(state, [{ key: Buffer.from(`key ${last}`), value: Buffer.from(entryText(last)), before: undefined }], last);
    applied = last;
  }
} catch (error) {
  print({ failed: String(error), applied });
  for (let again = 0; again < 3; again++) {
    await storing(log, storeOf(term, last + 1, ["more"])).catch(({ name }: Error) => print({ again: name }));
  }
  process.exit(0);
}
