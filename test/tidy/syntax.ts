import { parseSync } from "@swc/core";

/** What the checks want to know of one source file. */
export interface Facts {
  readonly path: string;
  readonly lines: number;
  /** As written: "../core/types.ts", "node:fs". Imports of types count too. */
  readonly imports: readonly string[];
  /** Names that are imported for more than their types, each after the package or file that declares it: "node:fs readFileSync". */
  readonly importedValues: readonly string[];
  /** Names used that are declared nowhere in the file: "Date", "process", "Math.random"; and "await", "async". */
  readonly globals: readonly Use[];
  readonly functions: readonly FunctionFacts[];
  /** Lines on which a type is `any`. */
  readonly anyTypes: readonly number[];
  /** True if all the file does is export what other files declare. */
  readonly barrel: boolean;
  /** Every piece of text in quotes or backticks. */
  readonly strings: readonly string[];
}

export interface Use {
  readonly name: string;
  readonly line: number;
}

export interface FunctionFacts {
  readonly line: number;
  readonly lines: number;
}

/** A node of the syntax tree; only what is looked at. */
interface Tree {
  readonly type: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

interface Collected {
  imports: string[];
  importedValues: string[];
  globals: Use[];
  anyTypes: number[];
  functions: FunctionFacts[];
  strings: string[];
}

/** Reads one TypeScript file. */
export function factsOf(path: string, text: string): Facts {
  // The statement in front makes the tree begin at the first byte, also where the file begins with a comment.
  const source = Buffer.from(`0;${text.replace(/^#!/, "//")}`);
  const module = parseSync(source.toString(), { syntax: "typescript", tsx: path.endsWith(".tsx"), target: "es2022" });
  const starts = lineStarts(source);
  const first = module.span.start;
  const lineAt = (place: number) => lineOf(starts, place - first);
  const found: Collected = { imports: [], importedValues: [], globals: [], anyTypes: [], functions: [], strings: [] };
  const body = module.body.slice(1);
  walk(body, (tree) => collect(tree, lineAt, found));
  const barrel = body.length > 0 && body.every((item) => isReexport(item as unknown as Tree));
  return { path, lines: text.split("\n").length - 1, barrel, ...found };
}

function collect(tree: Tree, lineAt: (place: number) => number, found: Collected): void {
  const start = lineAt(tree.span?.start ?? 1);
  const source = tree.source;
  if (/^(Import|Export)/.test(tree.type) && isTree(source)) found.imports.push(String(source.value));
  if (tree.type === "ImportDeclaration" && isTree(source)) found.importedValues.push(...valuesImported(tree, String(source.value)));
  if (tree.type === "CallExpression" && isTree(tree.callee) && tree.callee.type === "Import") {
    found.imports.push(...importedAtRuntime(tree.arguments));
  }
  if (tree.type === "TsImportType" && isTree(tree.argument)) found.imports.push(String(tree.argument.value));
  if (tree.type === "TsKeywordType" && tree.kind === "any") found.anyTypes.push(start);
  if (tree.type === "StringLiteral") found.strings.push(String(tree.value));
  if (tree.type === "TemplateElement") found.strings.push(String(tree.raw));
  if (tree.type === "AwaitExpression" || (tree.type === "ForOfStatement" && tree.await === true)) {
    found.globals.push({ name: "await", line: start });
  }
  if (tree.async === true || tree.isAsync === true) found.globals.push({ name: "async", line: start });
  if (isGlobal(tree)) found.globals.push({ name: String(tree.value), line: start });
  if (tree.type === "MemberExpression" && isTree(tree.object) && isGlobal(tree.object) && isTree(tree.property)) {
    found.globals.push({ name: `${tree.object.value}.${tree.property.value}`, line: start });
  }
  if (isFunction(tree)) {
    found.functions.push({ line: start, lines: lineAt((tree.span?.end ?? 1) - 1) - start + 1 });
  }
}

/** The resolver of the parser marks a name that no scope of the file declares with 1. */
function isGlobal(tree: Tree): boolean {
  return tree.type === "Identifier" && tree.ctxt === 1;
}

/** Something that runs when it is called. A method of a class keeps its body one level deeper; an overload has none. */
function isFunction(tree: Tree): boolean {
  const { function: method } = tree as { function?: { body?: unknown } };
  const body = tree.body ?? method?.body;
  return body != null && /^(Function|ArrowFunction|ClassMethod|PrivateMethod|Constructor|Method|Getter|Setter)/.test(tree.type);
}

function isReexport(item: Tree): boolean {
  return item.type === "ExportAllDeclaration" || (item.type === "ExportNamedDeclaration" && isTree(item.source));
}

/** A whole module that is imported under one name counts as "*". */
function valuesImported(tree: Tree, from: string): string[] {
  if (tree.typeOnly === true) return [];
  const specifiers = tree.specifiers as readonly (Tree & { readonly isTypeOnly?: boolean })[];
  return specifiers
    .filter(({ isTypeOnly }) => isTypeOnly !== true)
    .map(({ type, imported, local }) => {
      if (type !== "ImportSpecifier") return `${from} *`;
      return `${from} ${(isTree(imported) ? imported : (local as Tree)).value}`;
    });
}

function importedAtRuntime(args: unknown): string[] {
  const first = Array.isArray(args) ? args[0]?.expression : undefined;
  return isTree(first) && first.type === "StringLiteral" ? [String(first.value)] : [];
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

function walk(value: unknown, visit: (tree: Tree) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (typeof value === "object" && value !== null) {
    if (isTree(value)) visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
}

function lineStarts(source: Buffer): number[] {
  const starts = [0];
  for (let at = source.indexOf(10); at !== -1; at = source.indexOf(10, at + 1)) starts.push(at + 1);
  return starts;
}

/** Line number from 1 on, of a byte counted from 0. */
function lineOf(starts: readonly number[], place: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle;
  }
  return low + 1;
}
