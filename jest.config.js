/** One project per kind of test, so that each runs alone: npx jest --selectProjects core */
export const kinds = [
  "tidy",
  "core",
  "machine",
  "node",
  "storage",
  "transport",
  "service",
  "client",
  "main",
  "sim",
  "cluster",
  "package",
  "interop",
  "docker",
];

/** @type {import('jest').Config} */
export default {
  projects: kinds.map((kind) => ({
    displayName: kind,
    testEnvironment: "node",
    testMatch: [`<rootDir>/test/${kind}/**/*.test.ts`],
    transform: {
      "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }],
    },
    modulePathIgnorePatterns: ["<rootDir>/dist"],
  })),
};
