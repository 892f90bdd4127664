// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface PeerQueue {
  'peer'?: (number | string | Long);
  'messages'?: (number | string | Long);
  'bytes'?: (number | string | Long);
  'held'?: (number | string | Long);
}

export interface PeerQueue__Output {
  'peer': (number);
  'messages': (number);
  'bytes': (number);
  'held': (number);
}
