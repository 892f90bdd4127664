// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { ForwardedCommand as _balsa_raft_v1_ForwardedCommand, ForwardedCommand__Output as _balsa_raft_v1_ForwardedCommand__Output } from '../../../balsa/raft/v1/ForwardedCommand.ts';
import type { ReadIndexRequest as _balsa_raft_v1_ReadIndexRequest, ReadIndexRequest__Output as _balsa_raft_v1_ReadIndexRequest__Output } from '../../../balsa/raft/v1/ReadIndexRequest.ts';

export interface ForwardRequest {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'commands'?: (_balsa_raft_v1_ForwardedCommand)[];
  'reads'?: (_balsa_raft_v1_ReadIndexRequest)[];
}

export interface ForwardRequest__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'commands': (_balsa_raft_v1_ForwardedCommand__Output)[];
  'reads': (_balsa_raft_v1_ReadIndexRequest__Output)[];
}
