import { garbledArgument } from "../../src/cli/arguments.ts";

const typed = (...words: (string | Buffer)[]) => Buffer.concat(words.flatMap((word) => [Buffer.from(word), Buffer.of(0)]));

test("an argument that is no UTF-8 is named, for another one would look the same", () => {
  const line = typed("node", "cli.js", "set", Buffer.from([0x61, 0xff]), "v");
  expect(garbledArgument(["set", "a\uFFFD", "v"], () => line)).toMatch(/^The argument "a\uFFFD" is no UTF-8\./);
});

test("the sign that stands for what cannot be read may be typed as such", () => {
  expect(garbledArgument(["set", "a\uFFFD", ""], () => typed("node", "cli.js", "set", "a\uFFFD", ""))).toBeNull();
});

test("where nobody tells what was typed, the sign is not taken", () => {
  const nowhere = () => {
    throw new Error("ENOENT");
  };
  expect(garbledArgument(["get", "\uFFFD"], nowhere)).not.toBeNull();
  expect(garbledArgument(["get", "grüße"], nowhere)).toBeNull();
});
