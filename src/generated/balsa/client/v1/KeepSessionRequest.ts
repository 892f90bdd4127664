// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface KeepSessionRequest {
  'sessionId'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface KeepSessionRequest__Output {
  'sessionId': (number);
  'incarnationId': (string);
}
