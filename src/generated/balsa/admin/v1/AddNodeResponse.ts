// Original file: proto/balsa/admin/v1/admin.proto

import type { Member as _balsa_admin_v1_Member, Member__Output as _balsa_admin_v1_Member__Output } from '../../../balsa/admin/v1/Member.ts';
import type { Long } from '@grpc/proto-loader';

export interface AddNodeResponse {
  'nodeId'?: (number | string | Long);
  'clusterId'?: (string);
  'members'?: (_balsa_admin_v1_Member)[];
  'incarnationId'?: (string);
}

export interface AddNodeResponse__Output {
  'nodeId': (number);
  'clusterId': (string);
  'members': (_balsa_admin_v1_Member__Output)[];
  'incarnationId': (string);
}
