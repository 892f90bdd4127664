// Original file: proto/balsa/admin/v1/admin.proto

import type { LinkState as _balsa_admin_v1_LinkState, LinkState__Output as _balsa_admin_v1_LinkState__Output } from '../../../balsa/admin/v1/LinkState.ts';
import type { Long } from '@grpc/proto-loader';

export interface PeerStatus {
  'nodeId'?: (number | string | Long);
  'address'?: (string);
  'linkState'?: (_balsa_admin_v1_LinkState);
  'matchIndex'?: (number | string | Long);
  'nextIndex'?: (number | string | Long);
  'lag'?: (number | string | Long);
  'progress'?: (string);
  'lastHeardMs'?: (number | string | Long);
}

export interface PeerStatus__Output {
  'nodeId': (number);
  'address': (string);
  'linkState': (_balsa_admin_v1_LinkState__Output);
  'matchIndex': (number);
  'nextIndex': (number);
  'lag': (number);
  'progress': (string);
  'lastHeardMs': (number);
}
