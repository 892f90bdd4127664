// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface OpenSessionRequest {
  'timeoutMs'?: (number | string | Long);
}

export interface OpenSessionRequest__Output {
  'timeoutMs': (number);
}
