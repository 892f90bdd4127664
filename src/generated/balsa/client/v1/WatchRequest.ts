// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchRequest {
  'key'?: (string);
  'prefix'?: (string);
  'all'?: (boolean);
  'fromRevision'?: (number | string | Long);
  'incarnationId'?: (string);
  'keys'?: "key"|"prefix"|"all";
}

export interface WatchRequest__Output {
  'key'?: (string);
  'prefix'?: (string);
  'all'?: (boolean);
  'fromRevision': (number);
  'incarnationId': (string);
  'keys'?: "key"|"prefix"|"all";
}
