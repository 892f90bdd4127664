// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface Heartbeat {
  'commit'?: (number | string | Long);
  'round'?: (number | string | Long);
  'lastSent'?: (number | string | Long);
  'confirmed'?: (number | string | Long);
}

export interface Heartbeat__Output {
  'commit': (number);
  'round': (number);
  'lastSent': (number);
  'confirmed': (number);
}
