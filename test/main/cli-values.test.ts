import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliValue, type Encoding, formatValue, jsonValue, type OutputFormat, readValue } from "../../src/main/cli-values.ts";

describe("a value as typed", () => {
  test.each<[string, Encoding, CliValue | RegExp]>([
    ["hello", "text", { text: "hello" }],
    ["", "text", { text: "" }],
    ["00ff", "hex", { data: Buffer.from([0, 255]) }],
    ["0x00FF", "hex", { data: Buffer.from([0, 255]) }],
    ["0ff", "hex", /no hex/],
    ["zz", "hex", /no hex/],
    ["AP8=", "base64", { data: Buffer.from([0, 255]) }],
    ["?", "base64", /no base64/],
  ])("%j as %s", (argument, encoding, expected) => {
    const value = readValue({ argument, file: undefined, encoding });
    if (expected instanceof RegExp) expect(value).toMatch(expected);
    else expect(value).toEqual(expected);
  });

  test("there must be one source, and only one", () => {
    expect(readValue({ argument: undefined, file: undefined, encoding: "text" })).toMatch(/^Give the value as/);
    expect(readValue({ argument: "a", file: "b", encoding: "text" })).toMatch(/^Give the value as/);
  });

  test.each<[string, Uint8Array, CliValue]>([
    ["text, with its last line end", Buffer.from("grüße\n"), { text: "grüße\n" }],
    ["bytes, if they are no text", Buffer.from([0xff, 0xfe]), { data: Buffer.from([0xff, 0xfe]) }],
    ["text with a mark of its byte order, which is kept", Buffer.from("\ufeffa"), { text: "\ufeffa" }],
  ])("a file is taken exactly: %s", (_, content, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "balsa-value-"));
    const file = join(folder, "value");
    writeFileSync(file, content);
    expect(readValue({ argument: undefined, file, encoding: "text" })).toEqual(expected);
    rmSync(folder, { recursive: true });
  });
});

describe("a value as shown", () => {
  const text: CliValue = { text: "grüße" };
  const data: CliValue = { data: Uint8Array.of(0, 255) };
  test.each<[OutputFormat, CliValue, string | Buffer]>([
    ["text", text, "grüße\n"],
    ["text", data, "0x00ff\n"],
    ["hex", text, "6772c3bcc39f65\n"],
    ["base64", data, "AP8=\n"],
    ["raw", text, Buffer.from("grüße")],
    ["raw", data, Buffer.from([0, 255])],
  ])("as %s", (format, value, expected) => {
    expect(formatValue(value, format)).toEqual(expected);
  });

  test("in JSON as protobuf has it", () => {
    expect(jsonValue(text)).toEqual(text);
    expect(jsonValue(data)).toEqual({ data: "AP8=" });
  });
});
