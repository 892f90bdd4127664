import type { LoadResult } from "../load/closed-loop.ts";
import type { H2load } from "../load/h2load.ts";
import type { BenchOptions, CaseName } from "../measure/options.ts";
import type { Cluster, Roles } from "../subjects/cluster.ts";

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

/** Something that puts load on a cluster for a given time. */
export interface Load {
  /** Who makes it, as the table names it. */
  readonly name: string;
  run(ms: number): Promise<LoadResult>;
  close(): void;
}
