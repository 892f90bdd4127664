// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface ForwardRefusal {
  'reason'?: (string);
  'leader'?: (number | string | Long);
}

export interface ForwardRefusal__Output {
  'reason': (string);
  'leader': (number);
}
