// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { Long } from '@grpc/proto-loader';

export interface CompareStateRequest {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'index'?: (number | string | Long);
}

export interface CompareStateRequest__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'index': (number);
}
