// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface ForwardDone {
  'index'?: (number | string | Long);
  'result'?: (Buffer | Uint8Array | string);
}

export interface ForwardDone__Output {
  'index': (number);
  'result': (Buffer);
}
