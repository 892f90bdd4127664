// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { Long } from '@grpc/proto-loader';

export interface RequestVoteRequest {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'preVote'?: (boolean);
  'lastLogIndex'?: (number | string | Long);
  'lastLogTerm'?: (number | string | Long);
  'transfer'?: (boolean);
}

export interface RequestVoteRequest__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'preVote': (boolean);
  'lastLogIndex': (number);
  'lastLogTerm': (number);
  'transfer': (boolean);
}
