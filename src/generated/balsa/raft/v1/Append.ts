// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface Append {
  'prevIndex'?: (number | string | Long);
  'prevTerm'?: (number | string | Long);
  'commit'?: (number | string | Long);
  'entries'?: (Buffer | Uint8Array | string);
}

export interface Append__Output {
  'prevIndex': (number);
  'prevTerm': (number);
  'commit': (number);
  'entries': (Buffer);
}
