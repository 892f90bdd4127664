import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "../../src/client/messages.ts";
import { type Encoding, formatValue, jsonValue, type OutputFormat, readValue } from "../../src/main/cli/values.ts";

describe("a value as typed", () => {
  test.each<[string, Encoding, Value | RegExp]>([
    ["hello", "text", "hello"],
    ["", "text", ""],
    ["00ff", "hex", Buffer.from([0, 255])],
    ["0x00FF", "hex", Buffer.from([0, 255])],
    ["0ff", "hex", /no hex/],
    ["zz", "hex", /no hex/],
    ["AP8=", "base64", Buffer.from([0, 255])],
    ["?", "base64", /no base64/],
  ])("%j as %s", (argument, encoding, expected) => {
    const read = () => readValue({ argument, file: undefined, encoding });
    if (expected instanceof RegExp) expect(read).toThrow(expected);
    else expect(read()).toEqual(expected);
  });

  test("there must be one source, and only one", () => {
    expect(() => readValue({ argument: undefined, file: undefined, encoding: "text" })).toThrow(/^Give the value as/);
    expect(() => readValue({ argument: "a", file: "b", encoding: "text" })).toThrow(/^Give the value as/);
  });

  test("a file that is not there is the user's mistake", () => {
    expect(() => readValue({ argument: undefined, file: "/nowhere/value", encoding: "text" })).toThrow(
      /^The value cannot be read: ENOENT/,
    );
  });

  test.each<[string, Uint8Array, Value]>([
    ["text, with its last line end", Buffer.from("grüße\n"), "grüße\n"],
    ["bytes, if they are no text", Buffer.from([0xff, 0xfe]), Buffer.from([0xff, 0xfe])],
    ["text with a mark of its byte order, which is kept", Buffer.from("\ufeffa"), "\ufeffa"],
  ])("a file is taken exactly: %s", (_, content, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "balsa-value-"));
    const file = join(folder, "value");
    writeFileSync(file, content);
    expect(readValue({ argument: undefined, file, encoding: "text" })).toEqual(expected);
    rmSync(folder, { recursive: true });
  });
});

describe("a value as shown", () => {
  const text = "grüße";
  const data = Uint8Array.of(0, 255);
  test.each<[OutputFormat, Value, string | Buffer]>([
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
    expect(jsonValue(text)).toEqual({ text });
    expect(jsonValue(data)).toEqual({ data: "AP8=" });
  });
});
