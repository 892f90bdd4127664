// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface RemoveNodeRequest {
  'nodeId'?: (number | string | Long);
  'force'?: (boolean);
}

export interface RemoveNodeRequest__Output {
  'nodeId': (number);
  'force': (boolean);
}
