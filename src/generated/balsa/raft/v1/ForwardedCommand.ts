// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface ForwardedCommand {
  'id'?: (number | string | Long);
  'command'?: (Buffer | Uint8Array | string);
  'sequence'?: (number | string | Long);
}

export interface ForwardedCommand__Output {
  'id': (number);
  'command': (Buffer);
  'sequence': (number);
}
