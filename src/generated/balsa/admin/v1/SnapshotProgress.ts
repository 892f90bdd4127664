// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface SnapshotProgress {
  'toNodeId'?: (number | string | Long);
  'index'?: (number | string | Long);
  'sentBytes'?: (number | string | Long);
  'totalBytes'?: (number | string | Long);
}

export interface SnapshotProgress__Output {
  'toNodeId': (number);
  'index': (number);
  'sentBytes': (number);
  'totalBytes': (number);
}
