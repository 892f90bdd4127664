// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface PromoteLearnerRequest {
  'nodeId'?: (number | string | Long);
}

export interface PromoteLearnerRequest__Output {
  'nodeId': (number);
}
