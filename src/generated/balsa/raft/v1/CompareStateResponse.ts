// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { PointDigest as _balsa_raft_v1_PointDigest, PointDigest__Output as _balsa_raft_v1_PointDigest__Output } from '../../../balsa/raft/v1/PointDigest.ts';

export interface CompareStateResponse {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'digest'?: (_balsa_raft_v1_PointDigest | null);
}

export interface CompareStateResponse__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'digest': (_balsa_raft_v1_PointDigest__Output | null);
}
