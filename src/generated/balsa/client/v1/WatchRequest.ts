// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchRequest {
  'key'?: (string);
  'prefix'?: (string);
  'all'?: (boolean);
  'fromRevision'?: (number | string | Long);
  'keys'?: "key"|"prefix"|"all";
}

export interface WatchRequest__Output {
  'key'?: (string);
  'prefix'?: (string);
  'all'?: (boolean);
  'fromRevision': (number);
  'keys'?: "key"|"prefix"|"all";
}
