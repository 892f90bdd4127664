// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface OpenSessionResponse {
  'sessionId'?: (number | string | Long);
  'timeoutMs'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface OpenSessionResponse__Output {
  'sessionId': (number);
  'timeoutMs': (number);
  'incarnationId': (string);
}
