// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';

export interface RequestVoteResponse {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'preVote'?: (boolean);
  'granted'?: (boolean);
}

export interface RequestVoteResponse__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'preVote': (boolean);
  'granted': (boolean);
}
