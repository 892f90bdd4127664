// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { SnapshotBegin as _balsa_raft_v1_SnapshotBegin, SnapshotBegin__Output as _balsa_raft_v1_SnapshotBegin__Output } from '../../../balsa/raft/v1/SnapshotBegin.ts';
import type { SnapshotChunk as _balsa_raft_v1_SnapshotChunk, SnapshotChunk__Output as _balsa_raft_v1_SnapshotChunk__Output } from '../../../balsa/raft/v1/SnapshotChunk.ts';

export interface InstallSnapshotRequest {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'begin'?: (_balsa_raft_v1_SnapshotBegin | null);
  'chunk'?: (_balsa_raft_v1_SnapshotChunk | null);
  'body'?: "begin"|"chunk";
}

export interface InstallSnapshotRequest__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'begin'?: (_balsa_raft_v1_SnapshotBegin__Output | null);
  'chunk'?: (_balsa_raft_v1_SnapshotChunk__Output | null);
  'body'?: "begin"|"chunk";
}
