// Original file: proto/balsa/admin/v1/admin.proto

import type { MemberRole as _balsa_admin_v1_MemberRole, MemberRole__Output as _balsa_admin_v1_MemberRole__Output } from '../../../balsa/admin/v1/MemberRole.ts';
import type { Long } from '@grpc/proto-loader';

export interface Member {
  'nodeId'?: (number | string | Long);
  'peerAddress'?: (string);
  'clientAddress'?: (string);
  'diskId'?: (string);
  'role'?: (_balsa_admin_v1_MemberRole);
  'toBePromoted'?: (boolean);
  'toBeRemoved'?: (boolean);
}

export interface Member__Output {
  'nodeId': (number);
  'peerAddress': (string);
  'clientAddress': (string);
  'diskId': (string);
  'role': (_balsa_admin_v1_MemberRole__Output);
  'toBePromoted': (boolean);
  'toBeRemoved': (boolean);
}
