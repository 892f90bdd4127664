// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplaceNodeResponse {
  'nodeId'?: (number | string | Long);
}

export interface ReplaceNodeResponse__Output {
  'nodeId': (number);
}
