// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface TransferLeadershipResponse {
  'nodeId'?: (number | string | Long);
}

export interface TransferLeadershipResponse__Output {
  'nodeId': (number);
}
