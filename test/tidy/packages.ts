import type { Texts } from "./sources.ts";
import type { Facts } from "./syntax.ts";

/** What package.json says of other packages and of how the project is used. */
export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Programs that come with a package whose name is not that of the program. */
const programs: Readonly<Record<string, string>> = {
  "@biomejs/biome": "biome",
  "@bufbuild/buf": "buf",
  typescript: "tsc",
  "@grpc/proto-loader": "proto-loader-gen-types",
};

/**
 * Packages that are listed but used by nothing, and used but not listed where they belong: what src/ imports must be
 * there after `npm ci --omit=dev`. `texts` are the scripts and settings that name packages and their programs.
 */
export function packageProblems(manifest: Manifest, source: readonly Facts[], tests: readonly Facts[], texts: Texts): string[] {
  const shipped = packagesOf(source);
  const imported = new Set([...shipped, ...packagesOf(tests)]);
  const spoken = [...texts.values(), ...Object.values(manifest.scripts)].join("\n");
  const listed = { ...manifest.devDependencies, ...manifest.dependencies };
  const used = (name: string): boolean => {
    if (name.startsWith("@types/")) return name === "@types/node" || used(name.slice("@types/".length));
    return imported.has(name) || new RegExp(`(^|[^\\w@/-])(${programs[name] ?? name})([^\\w/-]|$)`, "m").test(spoken);
  };
  const unused = Object.keys(listed).filter((name) => !used(name));
  const missing = [...imported].filter((name) => !(name in listed));
  const misplaced = [...shipped].filter((name) => name in manifest.devDependencies);
  return [
    ...unused.map((name) => `${name} is in package.json, but nothing uses it.`),
    ...missing.map((name) => `${name} is imported, but it is not in package.json.`),
    ...misplaced.map((name) => `${name} is imported by src/, but it is only a devDependency.`),
    ...Object.entries(listed)
      .filter(([, version]) => !/^\d/.test(version))
      .map(([name, version]) => `${name} is wanted as ${version}, which is not one exact version.`),
  ];
}

/** Packages that no decision record names. */
export function unexplained(manifest: Manifest, records: Texts): string[] {
  const text = [...records.values()].join("\n");
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => !text.includes(`\`${name}\``));
}

function packagesOf(files: readonly Facts[]): Set<string> {
  const specifiers = files.flatMap(({ imports }) => imports).filter((name) => !name.startsWith(".") && !name.startsWith("node:"));
  return new Set(specifiers.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")));
}
