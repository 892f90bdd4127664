// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { ForwardedResult as _balsa_raft_v1_ForwardedResult, ForwardedResult__Output as _balsa_raft_v1_ForwardedResult__Output } from '../../../balsa/raft/v1/ForwardedResult.ts';
import type { ReadIndexResponse as _balsa_raft_v1_ReadIndexResponse, ReadIndexResponse__Output as _balsa_raft_v1_ReadIndexResponse__Output } from '../../../balsa/raft/v1/ReadIndexResponse.ts';

export interface ForwardResponse {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'results'?: (_balsa_raft_v1_ForwardedResult)[];
  'reads'?: (_balsa_raft_v1_ReadIndexResponse)[];
}

export interface ForwardResponse__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'results': (_balsa_raft_v1_ForwardedResult__Output)[];
  'reads': (_balsa_raft_v1_ReadIndexResponse__Output)[];
}
