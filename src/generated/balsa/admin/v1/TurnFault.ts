// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface TurnFault {
  'pauseMs'?: (number | string | Long);
}

export interface TurnFault__Output {
  'pauseMs': (number);
}
