// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface AppendConflict {
  'prevIndex'?: (number | string | Long);
  'hintIndex'?: (number | string | Long);
  'hintTerm'?: (number | string | Long);
}

export interface AppendConflict__Output {
  'prevIndex': (number);
  'hintIndex': (number);
  'hintTerm': (number);
}
