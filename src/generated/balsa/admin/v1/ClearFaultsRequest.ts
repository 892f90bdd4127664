// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ClearFaultsRequest {
  'ids'?: (number | string | Long)[];
}

export interface ClearFaultsRequest__Output {
  'ids': (number)[];
}
