// Original file: proto/balsa/admin/v1/admin.proto

import type { Session as _balsa_admin_v1_Session, Session__Output as _balsa_admin_v1_Session__Output } from '../../../balsa/admin/v1/Session.ts';
import type { Long } from '@grpc/proto-loader';

export interface ListSessionsResponse {
  'sessions'?: (_balsa_admin_v1_Session)[];
  'nextStartId'?: (number | string | Long);
  'count'?: (number | string | Long);
  'countMax'?: (number | string | Long);
  'appliedIndex'?: (number | string | Long);
}

export interface ListSessionsResponse__Output {
  'sessions': (_balsa_admin_v1_Session__Output)[];
  'nextStartId': (number);
  'count': (number);
  'countMax': (number);
  'appliedIndex': (number);
}
