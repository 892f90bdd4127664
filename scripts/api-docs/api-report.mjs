// Writes down what the package exports, declaration by declaration: `npm run api`. docs/api.txt has the last agreed report, so
// that every change of the package's face is seen in a change. A test compares the two.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const page = join(root, "docs", "api.txt");
const entries = ["client", "node"];

/** The report, and declarations made by generators that it reaches. */
export function apiReport() {
  const files = entries.map((name) => join(root, "dist", "main", `balsa-${name}.d.ts`));
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    skipLibCheck: true,
    types: ["node"],
    target: ts.ScriptTarget.ES2022,
  });
  const checker = program.getTypeChecker();
  const generated = new Set();
  const parts = entries.map((name, place) => {
    const source = program.getSourceFile(files[place]);
    if (source === undefined) throw new Error(`${files[place]} is missing: run npm run build`);
    const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
    const texts = symbols.map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const declarations = target.declarations ?? [];
      for (const declaration of declarations) noteGenerated(declaration, symbol.name);
      return wordsOf(target) ?? declarations.map((declaration) => bare(declaration)).join("\n");
    });
    return `# balsa/${name}\n\n${texts.sort().join("\n\n")}\n`;
  });
  return { text: parts.join("\n"), generated: [...generated].sort() };

  /** A type that stands for some words is written as these, wherever they are listed. */
  function wordsOf(symbol) {
    if ((symbol.flags & ts.SymbolFlags.TypeAlias) === 0) return null;
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    if (!type.isUnion() || !type.types.every((each) => each.isStringLiteral())) return null;
    return `export type ${symbol.name} = ${type.types.map(({ value }) => JSON.stringify(value)).join(" | ")};`;
  }

  /** Names in a declaration that stand for something generated. */
  function noteGenerated(declaration, name) {
    const visit = (node) => {
      if (ts.isPrivateIdentifier(node.name ?? node)) return;
      if (ts.isIdentifier(node)) {
        const symbol = checker.getSymbolAtLocation(node);
        const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        for (const found of target?.declarations ?? []) {
          const path = relative(root, found.getSourceFile().fileName);
          if (path.startsWith("dist/generated/")) generated.add(`${name}: ${node.text}`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(declaration);
  }
}

/** A declaration without its comments, on as few lines as it has. */
function bare(declaration) {
  const printer = ts.createPrinter({ removeComments: true });
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { text, generated } = apiReport();
  if (process.argv.includes("--check")) {
    if (generated.length > 0) console.error(`Generated types are part of the package's face:\n${generated.join("\n")}`);
    const isSame = text === readFileSync(page, "utf8");
    if (!isSame) console.error("The package's face is not as docs/api.txt has it. If that is meant, run: npm run api");
    process.exitCode = generated.length > 0 || !isSame ? 1 : 0;
  } else {
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, text);
  }
}
