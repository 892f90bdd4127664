// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatReply {
  'round'?: (number | string | Long);
  'lastSent'?: (number | string | Long);
  'lastIndex'?: (number | string | Long);
}

export interface HeartbeatReply__Output {
  'round': (number);
  'lastSent': (number);
  'lastIndex': (number);
}
