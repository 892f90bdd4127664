// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatReply {
  'round'?: (number | string | Long);
  'lastSent'?: (number | string | Long);
  'receivedIndex'?: (number | string | Long);
  'matchIndex'?: (number | string | Long);
  'lacks'?: (number | string | Long);
}

export interface HeartbeatReply__Output {
  'round': (number);
  'lastSent': (number);
  'receivedIndex': (number);
  'matchIndex': (number);
  'lacks': (number);
}
