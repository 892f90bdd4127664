// Original file: proto/balsa/admin/v1/observe.proto

import type { PeerQueue as _balsa_admin_v1_PeerQueue, PeerQueue__Output as _balsa_admin_v1_PeerQueue__Output } from '../../../balsa/admin/v1/PeerQueue.ts';
import type { Long } from '@grpc/proto-loader';

export interface Queues {
  'turn'?: (number | string | Long);
  'disk'?: (number | string | Long);
  'requests'?: (number | string | Long);
  'out'?: (_balsa_admin_v1_PeerQueue)[];
}

export interface Queues__Output {
  'turn': (number);
  'disk': (number);
  'requests': (number);
  'out': (_balsa_admin_v1_PeerQueue__Output)[];
}
