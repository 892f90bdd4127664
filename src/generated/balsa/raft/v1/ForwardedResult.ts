// Original file: proto/balsa/raft/v1/raft.proto

import type { ForwardDone as _balsa_raft_v1_ForwardDone, ForwardDone__Output as _balsa_raft_v1_ForwardDone__Output } from '../../../balsa/raft/v1/ForwardDone.ts';
import type { ForwardRefusal as _balsa_raft_v1_ForwardRefusal, ForwardRefusal__Output as _balsa_raft_v1_ForwardRefusal__Output } from '../../../balsa/raft/v1/ForwardRefusal.ts';
import type { ForwardUnknown as _balsa_raft_v1_ForwardUnknown, ForwardUnknown__Output as _balsa_raft_v1_ForwardUnknown__Output } from '../../../balsa/raft/v1/ForwardUnknown.ts';
import type { Long } from '@grpc/proto-loader';

export interface ForwardedResult {
  'id'?: (number | string | Long);
  'done'?: (_balsa_raft_v1_ForwardDone | null);
  'refused'?: (_balsa_raft_v1_ForwardRefusal | null);
  'unknown'?: (_balsa_raft_v1_ForwardUnknown | null);
  'sequence'?: (number | string | Long);
  'outcome'?: "done"|"refused"|"unknown";
}

export interface ForwardedResult__Output {
  'id': (number);
  'done'?: (_balsa_raft_v1_ForwardDone__Output | null);
  'refused'?: (_balsa_raft_v1_ForwardRefusal__Output | null);
  'unknown'?: (_balsa_raft_v1_ForwardUnknown__Output | null);
  'sequence': (number);
  'outcome'?: "done"|"refused"|"unknown";
}
