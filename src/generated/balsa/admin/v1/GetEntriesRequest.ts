// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface GetEntriesRequest {
  'first'?: (number | string | Long);
  'last'?: (number | string | Long);
  'withValues'?: (boolean);
}

export interface GetEntriesRequest__Output {
  'first': (number);
  'last': (number);
  'withValues': (boolean);
}
