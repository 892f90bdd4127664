// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ListSessionsRequest {
  'startId'?: (number | string | Long);
  'limit'?: (number);
  'keys'?: (boolean);
  'local'?: (boolean);
}

export interface ListSessionsRequest__Output {
  'startId': (number);
  'limit': (number);
  'keys': (boolean);
  'local': (boolean);
}
