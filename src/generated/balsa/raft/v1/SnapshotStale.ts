// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface SnapshotStale {
  'commitIndex'?: (number | string | Long);
}

export interface SnapshotStale__Output {
  'commitIndex': (number);
}
