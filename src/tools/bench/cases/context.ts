import type { LoadResult } from "./closed-loop.ts";
import type { Cluster, Roles } from "./cluster.ts";
import type { H2load } from "./h2load.ts";
import type { BenchOptions, CaseName } from "./options.ts";

/** What a case works with. */
export interface Context {
  readonly case: CaseName;
  readonly options: BenchOptions;
  readonly cluster: Cluster;
  /** As the cluster was when the case began. */
  readonly roles: Roles;
  /** Null if it is not installed. */
  readonly h2load: H2load | null;
}

/** Something that puts load on a cluster for so long. */
export interface Load {
  /** Who makes it, as the table names it. */
  readonly name: string;
  run(ms: number): Promise<LoadResult>;
  close(): void;
}
