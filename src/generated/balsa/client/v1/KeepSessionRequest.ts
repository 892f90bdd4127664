// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface KeepSessionRequest {
  'sessionId'?: (number | string | Long);
}

export interface KeepSessionRequest__Output {
  'sessionId': (number);
}
