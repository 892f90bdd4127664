import type { Key } from "./key.ts";
import { flagOf, keyNames, schema } from "./schema.ts";
import { fileEnv } from "./sources.ts";

/** What `--help` prints: every key with its unit, default and sentence. */
export function helpText(): string {
  const keys = keyNames.map((name) => {
    const key: Key = schema[name];
    const fallback = key.default === null ? "required" : key.default === "" ? "default: none" : `default: ${key.default}`;
    return `  ${flagOf(name)} <${key.unit}>   (${fallback})\n      ${key.sentence}`;
  });
  return [
    "One node of a Balsa cluster.",
    "",
    "  balsa serve --id 1 --peers 1=host1:7000,2=host2:7000,3=host3:7000",
    "",
    `Every key is a flag (--heartbeat-ms 50), a variable (BALSA_HEARTBEAT_MS=50), or a line of the JSON file that --config`,
    `or ${fileEnv} names ("heartbeatMs": 50). A flag beats a variable, which beats the file.`,
    "",
    ...keys,
    "  --config <path>   (default: none)\n      JSON file with any of these keys.",
    "  --print-config\n      Prints the values in force, and ends.",
    "  --help\n      Prints this, and ends.",
  ].join("\n");
}
