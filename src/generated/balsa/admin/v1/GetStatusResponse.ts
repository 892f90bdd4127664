// Original file: proto/balsa/admin/v1/admin.proto

import type { Role as _balsa_admin_v1_Role, Role__Output as _balsa_admin_v1_Role__Output } from '../../../balsa/admin/v1/Role.ts';
import type { PeerStatus as _balsa_admin_v1_PeerStatus, PeerStatus__Output as _balsa_admin_v1_PeerStatus__Output } from '../../../balsa/admin/v1/PeerStatus.ts';
import type { Member as _balsa_admin_v1_Member, Member__Output as _balsa_admin_v1_Member__Output } from '../../../balsa/admin/v1/Member.ts';
import type { SnapshotProgress as _balsa_admin_v1_SnapshotProgress, SnapshotProgress__Output as _balsa_admin_v1_SnapshotProgress__Output } from '../../../balsa/admin/v1/SnapshotProgress.ts';
import type { StateDigest as _balsa_admin_v1_StateDigest, StateDigest__Output as _balsa_admin_v1_StateDigest__Output } from '../../../balsa/admin/v1/StateDigest.ts';
import type { Verification as _balsa_admin_v1_Verification, Verification__Output as _balsa_admin_v1_Verification__Output } from '../../../balsa/admin/v1/Verification.ts';
import type { Figure as _balsa_admin_v1_Figure, Figure__Output as _balsa_admin_v1_Figure__Output } from '../../../balsa/admin/v1/Figure.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetStatusResponse {
  'clusterId'?: (string);
  'nodeId'?: (number | string | Long);
  'role'?: (_balsa_admin_v1_Role);
  'term'?: (number | string | Long);
  'leaderId'?: (number | string | Long);
  'lastIndex'?: (number | string | Long);
  'commitIndex'?: (number | string | Long);
  'appliedIndex'?: (number | string | Long);
  'peers'?: (_balsa_admin_v1_PeerStatus)[];
  'diskBytes'?: (number | string | Long);
  'version'?: (string);
  'uptimeMs'?: (number | string | Long);
  'leaderAddress'?: (string);
  'processId'?: (number | string | Long);
  'strangersRefused'?: (number | string | Long);
  'memoryBytes'?: (number | string | Long);
  'firstIndex'?: (number | string | Long);
  'members'?: (_balsa_admin_v1_Member)[];
  'snapshots'?: (_balsa_admin_v1_SnapshotProgress)[];
  'stateDigest'?: (_balsa_admin_v1_StateDigest | null);
  'faultsEnabled'?: (boolean);
  'verification'?: (_balsa_admin_v1_Verification | null);
  'incarnationId'?: (string);
  'sessions'?: (number | string | Long);
  'sessionsMax'?: (number | string | Long);
  'messagesRefused'?: (number | string | Long);
  'figures'?: (_balsa_admin_v1_Figure)[];
}

export interface GetStatusResponse__Output {
  'clusterId': (string);
  'nodeId': (number);
  'role': (_balsa_admin_v1_Role__Output);
  'term': (number);
  'leaderId': (number);
  'lastIndex': (number);
  'commitIndex': (number);
  'appliedIndex': (number);
  'peers': (_balsa_admin_v1_PeerStatus__Output)[];
  'diskBytes': (number);
  'version': (string);
  'uptimeMs': (number);
  'leaderAddress': (string);
  'processId': (number);
  'strangersRefused': (number);
  'memoryBytes': (number);
  'firstIndex': (number);
  'members': (_balsa_admin_v1_Member__Output)[];
  'snapshots': (_balsa_admin_v1_SnapshotProgress__Output)[];
  'stateDigest': (_balsa_admin_v1_StateDigest__Output | null);
  'faultsEnabled': (boolean);
  'verification': (_balsa_admin_v1_Verification__Output | null);
  'incarnationId': (string);
  'sessions': (number);
  'sessionsMax': (number);
  'messagesRefused': (number);
  'figures': (_balsa_admin_v1_Figure__Output)[];
}
