// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ChangeAddressRequest {
  'nodeId'?: (number | string | Long);
  'peerAddress'?: (string);
  'clientAddress'?: (string);
}

export interface ChangeAddressRequest__Output {
  'nodeId': (number);
  'peerAddress': (string);
  'clientAddress': (string);
}
