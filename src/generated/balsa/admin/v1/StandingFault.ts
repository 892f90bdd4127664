// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface StandingFault {
  'id'?: (number | string | Long);
  'what'?: (string);
  'expiresInMs'?: (number | string);
  '_expiresInMs'?: "expiresInMs";
}

export interface StandingFault__Output {
  'id': (number);
  'what': (string);
  'expiresInMs'?: (number);
  '_expiresInMs'?: "expiresInMs";
}
