import { messageTable, recordTable } from "../../src/observe/wire/record-table.ts";
import { type Declared, type DeclaredField, declarationsOf, fieldWords } from "../doc-declarations.ts";
import { expectRest, tableOf } from "../doc-tables.ts";

/** docs/records.md is made of the declarations and their comments: `npm run tables` writes it. */

const records = declarationsOf("src/observe/records.ts");
const live = new Map([...declarationsOf("src/observe/live.ts"), ...declarationsOf("src/observe/history.ts")]);
const events = [
  ...variantsOf(declarationsOf("src/core/events.ts"), "CoreEvent"),
  ...variantsOf(declarationsOf("src/node/ports/node-events.ts"), "ShellEvent"),
];
const messages = messagesOf(declarationsOf("src/core/messages.ts"));
const plain = named(records, "PlainFields").fields;
const inRecords = ["RecordHead", "MergedFields", "MessageFields"];
const words = ["Role", "ProgressState"].map((name) => named(declarationsOf("src/core/types.ts"), name));

test("docs/records.md has every type and every field of records and of what server and page say, as the code declares them", () => {
  expectRest("docs/records.md", "from the declarations", [
    ...recordsPart(),
    "## What server and page say",
    "",
    ...[...live.values()].flatMap(section),
  ]);
});

test("each type has a sentence, and each field has one of its own or is named in that of its type", () => {
  const types = [...inRecords.map((name) => named(records, name)), ...live.values(), ...events, ...messages];
  expect(types.filter(({ sentence }) => !/\.$/.test(sentence)).map(({ name }) => name)).toEqual([]);
  expect(types.flatMap(unexplained)).toEqual([]);
  expect(
    [...named(records, "OwnRecords").fields, ...named(records, "CallMessages").fields, ...plain].flatMap(unexplainedIn),
  ).toEqual([]);
});

test("each event has only fields that a record can have", () => {
  const fields = events.flatMap((event) =>
    event.fields.filter(({ isTag }) => !isTag).map(({ name, unit }) => ({ name: `${event.name}.${name}`, field: name, unit })),
  );
  const told = fields.filter(({ field }) => !plain.some(({ name }) => name === field));
  const kinds = /^(number|text|flag|ms|bytes|node|index|term|role|way|message|list of node|`[a-z]+`)( or `[a-z]+`| or message)*$/;
  expect(told.filter(({ unit }) => !kinds.test(unit)).map(({ name, unit }) => `${name}: ${unit}`)).toEqual([]);
});

test("what a node tells has just the fields that are listed", () => {
  const told = Object.entries(recordTable).map(
    ([name, { fields }]): Listed => [name, Object.keys(fields).filter((field) => field !== "merged")],
  );
  const said = Object.entries(messageTable).map(([name, fields]): Listed => [name, Object.keys(fields)]);
  const own = named(records, "OwnRecords").fields.filter(({ name }) => !["nodeHeard", "nodeLost", "control"].includes(name));
  expect(byName([...own.map(listedIn), ...events.map(listed)])).toEqual(byName(told));
  expect(byName([...messages.map(listed), ...named(records, "CallMessages").fields.map(listedIn)])).toEqual(byName(said));
});

type Listed = readonly [name: string, fields: readonly string[]];

function byName(all: readonly Listed[]): Record<string, readonly string[]> {
  return Object.fromEntries(all.map(([name, names]) => [name, [...names].sort()]));
}

function listed(declared: Declared): Listed {
  return [declared.name, fieldsIn(eventRow(declared)[1] ?? "")];
}

function listedIn({ name, unit }: DeclaredField): Listed {
  return [name, fieldsIn(unit)];
}

/** Each field stands first in its part of the list. */
function fieldsIn(shown: string): string[] {
  const parts = shown.replace(/^`MessageFields`(?: with )?/, "").split(", ");
  return parts.flatMap((part) => /^`([a-z]\w*)`/.exec(part)?.[1] ?? []);
}

function recordsPart(): string[] {
  const rowsOf = (type: string) =>
    named(records, type).fields.map(({ name, unit, sentence }) => [`\`${name}\``, linked(unit), sentence]);
  return [
    ...["## Records", ""],
    ...inRecords.flatMap((name) => section(named(records, name))),
    ...["### Of nodes and of the server", "", ...tableOf(["Record", "Fields", "Meaning"], rowsOf("OwnRecords")), ""],
    ...["### Events of a node", "", ...tableOf(["Record", "Fields", "Meaning"], events.map(eventRow)), ""],
    ...[
      "### Messages",
      "",
      ...tableOf(["`message`", "Further fields", "Meaning"], [...messages.map(eventRow), ...rowsOf("CallMessages")]),
      "",
    ],
    ...[
      "### Words",
      "",
      ...tableOf(
        ["Word", "Values"],
        words.map(({ name, unit }) => [name === "Role" ? "role" : "way", unit]),
      ),
      "",
    ],
  ];
}

/** A type with a heading of its own. */
function section(declared: Declared): string[] {
  const { name, sentence, fields, variants, unit } = declared;
  const names = variants.filter((variant) => variant.fields.length === 0).map((variant) => linked(`\`${variant.name}\``));
  const lines = (): string[] => {
    if (fields.length > 0) return tableOf(["Field", "Unit", "Meaning"], fields.map(fieldRow));
    if (unit !== "") return [`As ${linked(unit)}.`];
    if (names.length > 0) return [`One of ${names.join(", ")}.`];
    return tableOf(["`do`", "Further fields", "Meaning"], variants.map(eventRow));
  };
  return [`### ${name}`, "", sentence, "", ...lines(), ""];
}

function fieldRow({ name, unit, sentence, isOptional, isTag }: DeclaredField): string[] {
  const meaning = isTag ? "Says which it is." : sentence || "As said above.";
  return [`\`${name}\``, `${linked(unit)}${isOptional ? ", may be absent" : ""}`, meaning];
}

function eventRow({ name, sentence, fields }: Declared): string[] {
  const told = fields.filter(({ isTag }) => !isTag).map((field) => plain.find((one) => one.name === field.name) ?? field);
  const shown = told.map((field) => (plain.includes(field) ? field.unit : fieldWords(field.name, field.unit)));
  const more = told.filter((field) => field.sentence !== "");
  const meanings = more.map((field) => (plain.includes(field) ? field.sentence : `\`${field.name}\`: ${field.sentence}`));
  return [`\`${name}\``, shown.join(", "), [sentence, ...meanings].join(" ")];
}

/** Names of types that have a heading of their own lead there. */
function linked(unit: string): string {
  return unit.replace(/`([A-Z]\w*)`/g, (text, name: string) =>
    live.has(name) || inRecords.includes(name) ? `[${name}](#${name.toLowerCase()})` : text,
  );
}

function unexplained({ name, sentence, fields, variants }: Declared): string[] {
  const silent = fields.filter((field) => !field.isTag && field.sentence === "" && !sentence.includes(`\`${field.name}\``));
  return [
    ...silent.map((field) => `${name}.${field.name}`),
    ...variants.filter((variant) => variant.fields.length > 0).flatMap(unexplained),
  ];
}

/** Fields of a type without a name: its unit names them, and its sentence must. */
function unexplainedIn({ name, unit, sentence }: DeclaredField): string[] {
  const inner = [...unit.matchAll(/`([a-z]\w*)`/g)].map(([, field = ""]) => field);
  return sentence === "" ? [name] : inner.filter((field) => !sentence.includes(`\`${field}\``)).map((field) => `${name}.${field}`);
}

function variantsOf(declared: ReadonlyMap<string, Declared>, name: string): readonly Declared[] {
  return named(declared, name).variants;
}

/** The core's messages, by their types, without what all have. */
function messagesOf(declared: ReadonlyMap<string, Declared>): readonly Declared[] {
  return variantsOf(declared, "PeerMessage").map(({ name }) => {
    const { sentence, fields } = named(declared, name);
    const [tag, ...rest] = fields;
    const told = rest.map((field) => (field.name === "entries" ? { ...field, unit: "number" } : field));
    return { ...named(declared, name), name: (tag?.unit ?? "").replaceAll("`", ""), sentence, fields: told };
  });
}

function named(declared: ReadonlyMap<string, Declared>, name: string): Declared {
  const found = declared.get(name);
  if (found === undefined) throw new Error(`Nothing is declared as ${name}.`);
  return found;
}
