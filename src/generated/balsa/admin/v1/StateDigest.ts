// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface StateDigest {
  'appliedIndex'?: (number | string | Long);
  'records'?: (number | string | Long);
  'digest'?: (string);
}

export interface StateDigest__Output {
  'appliedIndex': (number);
  'records': (number);
  'digest': (string);
}
