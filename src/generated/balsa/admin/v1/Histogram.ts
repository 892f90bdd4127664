// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Histogram {
  'bounds'?: (number | string)[];
  'counts'?: (number | string | Long)[];
  'sum'?: (number | string);
}

export interface Histogram__Output {
  'bounds': (number)[];
  'counts': (number)[];
  'sum': (number);
}
