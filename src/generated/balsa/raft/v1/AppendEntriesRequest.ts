// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { Append as _balsa_raft_v1_Append, Append__Output as _balsa_raft_v1_Append__Output } from '../../../balsa/raft/v1/Append.ts';
import type { Heartbeat as _balsa_raft_v1_Heartbeat, Heartbeat__Output as _balsa_raft_v1_Heartbeat__Output } from '../../../balsa/raft/v1/Heartbeat.ts';
import type { TimeoutNow as _balsa_raft_v1_TimeoutNow, TimeoutNow__Output as _balsa_raft_v1_TimeoutNow__Output } from '../../../balsa/raft/v1/TimeoutNow.ts';

export interface AppendEntriesRequest {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'append'?: (_balsa_raft_v1_Append | null);
  'heartbeat'?: (_balsa_raft_v1_Heartbeat | null);
  'timeoutNow'?: (_balsa_raft_v1_TimeoutNow | null);
  'body'?: "append"|"heartbeat"|"timeoutNow";
}

export interface AppendEntriesRequest__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'append'?: (_balsa_raft_v1_Append__Output | null);
  'heartbeat'?: (_balsa_raft_v1_Heartbeat__Output | null);
  'timeoutNow'?: (_balsa_raft_v1_TimeoutNow__Output | null);
  'body'?: "append"|"heartbeat"|"timeoutNow";
}
