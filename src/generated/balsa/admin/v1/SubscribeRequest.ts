// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface SubscribeRequest {
  'messagesPerSecond'?: (number | string | Long);
}

export interface SubscribeRequest__Output {
  'messagesPerSecond': (number);
}
