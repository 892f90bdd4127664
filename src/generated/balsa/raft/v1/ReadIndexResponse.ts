// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface ReadIndexResponse {
  'id'?: (number | string | Long);
  'index'?: (number | string | Long);
  'sequence'?: (number | string | Long);
}

export interface ReadIndexResponse__Output {
  'id': (number);
  'index': (number);
  'sequence': (number);
}
