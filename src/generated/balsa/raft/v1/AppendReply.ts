// Original file: proto/balsa/raft/v1/raft.proto

import type { AppendMatch as _balsa_raft_v1_AppendMatch, AppendMatch__Output as _balsa_raft_v1_AppendMatch__Output } from '../../../balsa/raft/v1/AppendMatch.ts';
import type { AppendConflict as _balsa_raft_v1_AppendConflict, AppendConflict__Output as _balsa_raft_v1_AppendConflict__Output } from '../../../balsa/raft/v1/AppendConflict.ts';

export interface AppendReply {
  'match'?: (_balsa_raft_v1_AppendMatch | null);
  'conflict'?: (_balsa_raft_v1_AppendConflict | null);
  'outcome'?: "match"|"conflict";
}

export interface AppendReply__Output {
  'match'?: (_balsa_raft_v1_AppendMatch__Output | null);
  'conflict'?: (_balsa_raft_v1_AppendConflict__Output | null);
  'outcome'?: "match"|"conflict";
}
