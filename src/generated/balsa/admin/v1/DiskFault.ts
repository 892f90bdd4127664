// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface DiskFault {
  'failWrites'?: (boolean);
  'slowMs'?: (number | string | Long);
}

export interface DiskFault__Output {
  'failWrites': (boolean);
  'slowMs': (number);
}
