// Original file: proto/balsa/admin/v1/admin.proto

import type { Member as _balsa_admin_v1_Member, Member__Output as _balsa_admin_v1_Member__Output } from '../../../balsa/admin/v1/Member.ts';
import type { PeerStatus as _balsa_admin_v1_PeerStatus, PeerStatus__Output as _balsa_admin_v1_PeerStatus__Output } from '../../../balsa/admin/v1/PeerStatus.ts';
import type { SnapshotProgress as _balsa_admin_v1_SnapshotProgress, SnapshotProgress__Output as _balsa_admin_v1_SnapshotProgress__Output } from '../../../balsa/admin/v1/SnapshotProgress.ts';
import type { Long } from '@grpc/proto-loader';

export interface GetMembersResponse {
  'clusterId'?: (string);
  'members'?: (_balsa_admin_v1_Member)[];
  'index'?: (number | string | Long);
  'settled'?: (boolean);
  'leaderId'?: (number | string | Long);
  'leaderAddress'?: (string);
  'lastIndex'?: (number | string | Long);
  'progress'?: (_balsa_admin_v1_PeerStatus)[];
  'snapshots'?: (_balsa_admin_v1_SnapshotProgress)[];
  'incarnationId'?: (string);
  'term'?: (number | string | Long);
}

export interface GetMembersResponse__Output {
  'clusterId': (string);
  'members': (_balsa_admin_v1_Member__Output)[];
  'index': (number);
  'settled': (boolean);
  'leaderId': (number);
  'leaderAddress': (string);
  'lastIndex': (number);
  'progress': (_balsa_admin_v1_PeerStatus__Output)[];
  'snapshots': (_balsa_admin_v1_SnapshotProgress__Output)[];
  'incarnationId': (string);
  'term': (number);
}
