// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface ListedNode {
  'id'?: (number | string | Long);
  'peerAddress'?: (string);
}

export interface ListedNode__Output {
  'id': (number);
  'peerAddress': (string);
}
