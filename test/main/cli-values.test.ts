import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Encoding, formatValue, jsonValue, type OutputFormat, readValue } from "../../src/cli/basics/values.ts";
import type { Value } from "../../src/client/values/messages.ts";

describe("a value as typed", () => {
  test.each<[string, Encoding, Value | RegExp]>([
    ["hello", "text", "hello"],
    ["", "text", ""],
    ["00ff", "hex", Buffer.from([0, 255])],
    ["0x00FF", "hex", Buffer.from([0, 255])],
    ["0ff", "hex", /no hex/],
    ["zz", "hex", /no hex/],
    ["0x", "hex", Buffer.of()],
    ["0x0x00", "hex", /no hex/],
    ["00 ff", "hex", /no hex/],
    ["٠٠", "hex", /no hex/],
    ["AP8=", "base64", Buffer.from([0, 255])],
    ["", "base64", Buffer.of()],
    ["+/8=", "base64", Buffer.from([0xfb, 0xff])],
    ["-_8=", "base64", Buffer.from([0xfb, 0xff])],
    ["-/8=", "base64", /no base64/],
    ["?", "base64", /no base64/],
    ["a", "base64", /no base64/],
    ["=", "base64", /no base64/],
    ["AP8", "base64", /no base64/],
    ["AP8==", "base64", /no base64/],
    ["AP8=AP8=", "base64", /no base64/],
    ["AP9=", "base64", /no base64/],
    ["AP8= ", "base64", /no base64/],
  ])("%j as %s", async (argument, encoding, expected) => {
    const value = readValue({ argument, file: undefined, encoding });
    if (expected instanceof RegExp) await expect(value).rejects.toThrow(expected);
    else expect(await value).toEqual(expected);
  });

  test("there must be one source, and only one", async () => {
    await expect(readValue({ argument: undefined, file: undefined, encoding: "text" })).rejects.toThrow(/^Give the value as/);
    await expect(readValue({ argument: "a", file: "b", encoding: "text" })).rejects.toThrow(/^Give the value as/);
  });

  test.each([
    ["that is not there", "/nowhere/value", /^The value cannot be read: ENOENT/],
    ["that is a folder", tmpdir(), /^The value cannot be read: EISDIR/],
    ["without an end", "/dev/zero", /^The value cannot be read: it has more than \d+ bytes\.$/],
  ])("a file %s is the user's mistake", async (_, file, expected) => {
    await expect(readValue({ argument: undefined, file, encoding: "text" })).rejects.toThrow(expected);
  });

  test.each<[Encoding, string | Buffer, Value | RegExp]>([
    ["base64", "AP8A\r\n/wD/\n", Buffer.from([0, 255, 0, 255, 0, 255])],
    ["hex", "00ff\n00\n", Buffer.from([0, 255, 0])],
    ["base64", Buffer.from("AP8=\xa0", "latin1"), /no base64/],
    ["hex", "00ff 00", /no hex/],
  ])("a file in %s may have its lines broken, and nothing else: %j", async (encoding, content, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "balsa-value-"));
    const file = join(folder, "value");
    writeFileSync(file, content);
    const value = readValue({ argument: undefined, file, encoding });
    if (expected instanceof RegExp) await expect(value).rejects.toThrow(expected);
    else expect(await value).toEqual(expected);
    rmSync(folder, { recursive: true });
  });

  test.each<[string, Uint8Array, Value]>([
    ["text, with its last line end", Buffer.from("grüße\n"), "grüße\n"],
    ["bytes, if they are no text", Buffer.from([0xff, 0xfe]), Buffer.from([0xff, 0xfe])],
    ["text with a mark of its byte order, which is kept", Buffer.from("\ufeffa"), "\ufeffa"],
  ])("a file is taken exactly: %s", async (_, content, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "balsa-value-"));
    const file = join(folder, "value");
    writeFileSync(file, content);
    expect(await readValue({ argument: undefined, file, encoding: "text" })).toEqual(expected);
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
