// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { AppendReply as _balsa_raft_v1_AppendReply, AppendReply__Output as _balsa_raft_v1_AppendReply__Output } from '../../../balsa/raft/v1/AppendReply.ts';
import type { HeartbeatReply as _balsa_raft_v1_HeartbeatReply, HeartbeatReply__Output as _balsa_raft_v1_HeartbeatReply__Output } from '../../../balsa/raft/v1/HeartbeatReply.ts';

export interface AppendEntriesResponse {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'append'?: (_balsa_raft_v1_AppendReply | null);
  'heartbeat'?: (_balsa_raft_v1_HeartbeatReply | null);
  'body'?: "append"|"heartbeat";
}

export interface AppendEntriesResponse__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'append'?: (_balsa_raft_v1_AppendReply__Output | null);
  'heartbeat'?: (_balsa_raft_v1_HeartbeatReply__Output | null);
  'body'?: "append"|"heartbeat";
}
