// Original file: proto/balsa/client/v1/client.proto

import type { Long } from '@grpc/proto-loader';

export interface RequestSession {
  'id'?: (number | string | Long);
  'sequence'?: (number | string | Long);
  'firstOutstanding'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface RequestSession__Output {
  'id': (number);
  'sequence': (number);
  'firstOutstanding': (number);
  'incarnationId': (string);
}
