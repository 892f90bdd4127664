// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface OpenSessionRequest {
  'timeoutMs'?: (number | string | Long);
  'incarnationId'?: (string);
  'name'?: (string);
}

export interface OpenSessionRequest__Output {
  'timeoutMs': (number);
  'incarnationId': (string);
  'name': (string);
}
