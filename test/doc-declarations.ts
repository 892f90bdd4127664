import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";

/** A type as a page shows it: what it is, and each field with its unit and what it means. */
export interface Declared {
  readonly name: string;
  /** From the comment before it; "" if there is none. */
  readonly sentence: string;
  /** Of a type that has them. */
  readonly fields: readonly DeclaredField[];
  /** Of a union, in its order: those without a name of their own have the value of their first field, `type` or `do`. */
  readonly variants: readonly Declared[];
  /** Of any other type, as a field of it is shown. */
  readonly unit: string;
}

export interface DeclaredField {
  readonly name: string;
  /** What is counted, or what it can be: "ms", "text", "list of `Frame`". */
  readonly unit: string;
  readonly sentence: string;
  readonly isOptional: boolean;
  /** Says which type it is. */
  readonly isTag: boolean;
}

/** A node of the syntax tree; only what is looked at. */
interface Tree {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

/** What the names of numbers stand for. */
const units: Readonly<Record<string, string>> = {
  Millis: "ms",
  Bytes: "bytes",
  Share: "from 0 to 1",
  NodeId: "node",
  Index: "index",
  Term: "term",
  Role: "role",
  ProgressState: "way",
  MessageType: "message",
};

/** All types that a file declares and exports, by their names. */
export function declarationsOf(file: string): ReadonlyMap<string, Declared> {
  // The statement in front makes the tree begin at the first byte, also where the file begins with a comment.
  const source = Buffer.from(`0;${readFileSync(join(__dirname, "..", file), "utf8")}`);
  const module = parseSync(source.toString(), { syntax: "typescript", target: "es2022" });
  const reader = new Reader(source, module.span.start);
  const body = module.body as unknown as readonly Tree[];
  return new Map(body.flatMap((item) => reader.declared(item)).map((one) => [one.name, one]));
}

class Reader {
  readonly #source: Buffer;
  readonly #first: number;

  constructor(source: Buffer, first: number) {
    this.#source = source;
    this.#first = first;
  }

  declared(item: Tree): Declared[] {
    const declaration = (item.type === "ExportDeclaration" ? item.declaration : item) as Tree;
    if (!["TsInterfaceDeclaration", "TsTypeAliasDeclaration"].includes(declaration.type)) return [];
    const name = nameOf(declaration.id);
    const sentence = this.#commentBefore(item);
    if (declaration.type === "TsTypeAliasDeclaration") return [this.#type(name, sentence, declaration.typeAnnotation as Tree)];
    const { body } = declaration.body as { body: readonly Tree[] };
    return [{ name, sentence, fields: this.#fields(body), variants: [], unit: "" }];
  }

  #type(name: string, sentence: string, tree: Tree): Declared {
    const whole = { name, sentence, fields: [], variants: [], unit: "" };
    if (tree.type === "TsTypeLiteral") return { ...whole, fields: this.#fields(tree.members as readonly Tree[]) };
    if (tree.type !== "TsUnionType" || !(tree.types as readonly Tree[]).every(isObject))
      return { ...whole, unit: unitOf(name, tree) };
    return { ...whole, variants: (tree.types as readonly Tree[]).map((one) => this.#variant(one)) };
  }

  #variant(tree: Tree): Declared {
    if (tree.type === "TsTypeReference") return { ...nothing, name: nameOf(tree.typeName) };
    const declared = this.#type("", this.#commentBefore(tree), tree);
    return { ...declared, name: (declared.fields[0]?.unit ?? "").replaceAll('"', "").replaceAll("`", "") };
  }

  #fields(members: readonly Tree[]): DeclaredField[] {
    return members
      .filter(({ type }) => type === "TsPropertySignature")
      .map((member, place) => {
        const name = nameOf(member.key);
        const type = (member.typeAnnotation as { typeAnnotation: Tree }).typeAnnotation;
        const isTag = place === 0 && ["type", "do"].includes(name);
        return {
          name,
          unit: unitOf(name, type),
          sentence: this.#commentBefore(member),
          isOptional: member.optional === true,
          isTag,
        };
      });
  }

  /** The text of the comment that ends where the tree begins, on one line. */
  #commentBefore({ span }: Tree): string {
    const before = this.#source.subarray(0, span.start - this.#first).toString();
    const found = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\|?\s*$/.exec(before)?.[1] ?? "";
    return found
      .split("\n")
      .map((line) => line.replace(/^\s*\*? ?/, "").trim())
      .join(" ")
      .trim();
  }
}

const nothing: Declared = { name: "", sentence: "", fields: [], variants: [], unit: "" };

function isObject({ type, typeName }: Tree): boolean {
  return type === "TsTypeLiteral" || (type === "TsTypeReference" && units[nameOf(typeName)] === undefined);
}

function unitOf(name: string, tree: Tree): string {
  switch (tree.type) {
    case "TsKeywordType":
      return keywordOf(name, String(tree.kind));
    case "TsLiteralType":
      return `\`${String((tree.literal as { value: unknown }).value)}\``;
    case "TsTypeOperator":
      return unitOf(name, tree.typeAnnotation as Tree);
    case "TsArrayType":
      return `list of ${unitOf(name, tree.elemType as Tree)}`;
    case "TsUnionType":
      return (tree.types as readonly Tree[]).map((one) => unitOf(name, one)).join(" or ");
    case "TsIntersectionType":
      return (tree.types as readonly Tree[]).map((one) => unitOf(name, one)).join(" with ");
    case "TsTypeLiteral":
      return (tree.members as readonly Tree[]).map(memberOf).join(", ");
    case "TsTypeReference":
      return referenceOf(name, tree);
    default:
      throw new Error(`A ${tree.type} has no words yet.`);
  }
}

function memberOf({ key, typeAnnotation }: Tree): string {
  const name = nameOf(key);
  return fieldWords(name, unitOf(name, (typeAnnotation as { typeAnnotation: Tree }).typeAnnotation));
}

/** A field with its unit, as it stands among others. */
export function fieldWords(name: string, unit: string): string {
  return unit === name ? `\`${name}\`` : `\`${name}\` ${unit}`;
}

function keywordOf(name: string, kind: string): string {
  if (kind === "number") return name === "bytes" ? "bytes" : /Ms$/.test(name) ? "ms" : "number";
  const words: Readonly<Record<string, string>> = { string: "text", boolean: "flag", null: "null" };
  return words[kind] ?? kind;
}

function referenceOf(name: string, tree: Tree): string {
  const reference = nameOf(tree.typeName);
  const params = ((tree.typeParams as { params?: readonly Tree[] } | null)?.params ?? []).map((one) => unitOf(name, one));
  if (reference === "Readonly") return params.join(", ");
  if (reference === "Record") return `${params[1]} by name`;
  return units[reference] ?? `\`${reference}\``;
}

function nameOf(tree: unknown): string {
  return String((tree as { value?: unknown }).value);
}
