// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface TermRun {
  'first'?: (number | string | Long);
  'term'?: (number | string | Long);
}

export interface TermRun__Output {
  'first': (number);
  'term': (number);
}
