// Original file: proto/balsa/raft/v1/raft.proto

import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from '../../../balsa/raft/v1/Envelope.ts';
import type { SnapshotNext as _balsa_raft_v1_SnapshotNext, SnapshotNext__Output as _balsa_raft_v1_SnapshotNext__Output } from '../../../balsa/raft/v1/SnapshotNext.ts';
import type { SnapshotInstalled as _balsa_raft_v1_SnapshotInstalled, SnapshotInstalled__Output as _balsa_raft_v1_SnapshotInstalled__Output } from '../../../balsa/raft/v1/SnapshotInstalled.ts';
import type { SnapshotStale as _balsa_raft_v1_SnapshotStale, SnapshotStale__Output as _balsa_raft_v1_SnapshotStale__Output } from '../../../balsa/raft/v1/SnapshotStale.ts';
import type { SnapshotRefusal as _balsa_raft_v1_SnapshotRefusal, SnapshotRefusal__Output as _balsa_raft_v1_SnapshotRefusal__Output } from '../../../balsa/raft/v1/SnapshotRefusal.ts';

export interface InstallSnapshotResponse {
  'envelope'?: (_balsa_raft_v1_Envelope | null);
  'next'?: (_balsa_raft_v1_SnapshotNext | null);
  'installed'?: (_balsa_raft_v1_SnapshotInstalled | null);
  'stale'?: (_balsa_raft_v1_SnapshotStale | null);
  'refused'?: (_balsa_raft_v1_SnapshotRefusal | null);
  'outcome'?: "next"|"installed"|"stale"|"refused";
}

export interface InstallSnapshotResponse__Output {
  'envelope': (_balsa_raft_v1_Envelope__Output | null);
  'next'?: (_balsa_raft_v1_SnapshotNext__Output | null);
  'installed'?: (_balsa_raft_v1_SnapshotInstalled__Output | null);
  'stale'?: (_balsa_raft_v1_SnapshotStale__Output | null);
  'refused'?: (_balsa_raft_v1_SnapshotRefusal__Output | null);
  'outcome'?: "next"|"installed"|"stale"|"refused";
}
