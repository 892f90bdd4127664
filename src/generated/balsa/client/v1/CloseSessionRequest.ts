// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface CloseSessionRequest {
  'sessionId'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface CloseSessionRequest__Output {
  'sessionId': (number);
  'incarnationId': (string);
}
