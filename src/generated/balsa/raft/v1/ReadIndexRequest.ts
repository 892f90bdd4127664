// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface ReadIndexRequest {
  'id'?: (number | string | Long);
  'sequence'?: (number | string | Long);
}

export interface ReadIndexRequest__Output {
  'id': (number);
  'sequence': (number);
}
