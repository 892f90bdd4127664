// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Verification {
  'scrubRounds'?: (number | string | Long);
  'scrubbedBytes'?: (number | string | Long);
  'compared'?: (number | string | Long);
  'differed'?: (number | string | Long);
  'comparedIndex'?: (number | string | Long);
}

export interface Verification__Output {
  'scrubRounds': (number);
  'scrubbedBytes': (number);
  'compared': (number);
  'differed': (number);
  'comparedIndex': (number);
}
