import { execFileSync } from "node:child_process";

/** Whether Node lets CommonJS require a module, as it does from 20.19 and 22.12 on; jest hides that from its tests. */
export const canRequireModules =
  execFileSync(process.execPath, ["--print", "process.features.require_module === true"], { encoding: "utf8" }).trim() === "true";
