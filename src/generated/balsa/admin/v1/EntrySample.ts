// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface EntrySample {
  'index'?: (number | string | Long);
  'term'?: (number | string | Long);
  'kind'?: (string);
  'text'?: (string);
}

export interface EntrySample__Output {
  'index': (number);
  'term': (number);
  'kind': (string);
  'text': (string);
}
