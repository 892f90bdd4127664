// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface TransferLeadershipRequest {
  'nodeId'?: (number | string | Long);
}

export interface TransferLeadershipRequest__Output {
  'nodeId': (number);
}
