// Opens a data directory and keeps it open until it is killed.
import { openIn, print } from "./support.ts";

await openIn(process.argv[2] ?? "");
print("open");
setInterval(() => {}, 60_000);
