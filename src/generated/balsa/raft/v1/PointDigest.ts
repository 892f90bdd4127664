// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface PointDigest {
  'index'?: (number | string | Long);
  'records'?: (number | string | Long);
  'digest'?: (string);
}

export interface PointDigest__Output {
  'index': (number);
  'records': (number);
  'digest': (string);
}
