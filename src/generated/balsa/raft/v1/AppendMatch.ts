// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface AppendMatch {
  'index'?: (number | string | Long);
}

export interface AppendMatch__Output {
  'index': (number);
}
