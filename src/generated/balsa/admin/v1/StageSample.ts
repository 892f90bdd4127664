// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface StageSample {
  'name'?: (string);
  'boundsMs'?: (number | string)[];
  'counts'?: (number | string | Long)[];
  'sumMs'?: (number | string);
}

export interface StageSample__Output {
  'name': (string);
  'boundsMs': (number)[];
  'counts': (number)[];
  'sumMs': (number);
}
