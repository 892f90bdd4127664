/** One project per kind of test, so that each runs alone: npx jest --selectProjects core */
export const kinds = [
  "tidy",
  "core",
  "machine",
  "node",
  "storage",
  "door",
  "transport",
  "service",
  "client",
  "dashboard",
  "main",
  "observe",
  "sim",
  "cluster",
  "fuzz",
  "page",
  "browser",
  "package",
  "interop",
  "docker",
  "chaos",
];

/** Where the tests of a project are, if not in the folder of its name. */
const folders = { chaos: "docker/chaos" };

/** @type {import('jest').Config} */
export default {
  projects: kinds.map((kind) => ({
    displayName: kind,
    testEnvironment: "node",
    testMatch: [`<rootDir>/test/${folders[kind] ?? kind}/**/*.test.ts`],
    testPathIgnorePatterns: kind === "docker" ? ["/node_modules/", "<rootDir>/test/docker/chaos/"] : ["/node_modules/"],
    transform: {
      "^.+\\.(ts|mjs)$": [
        "@swc/jest",
        { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
      ],
    },
    // Preact has no form that jest could load as it is.
    transformIgnorePatterns: ["/node_modules/(?!preact/)"],
    modulePathIgnorePatterns: ["<rootDir>/dist"],
  })),
};
