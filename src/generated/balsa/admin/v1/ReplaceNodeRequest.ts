// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface ReplaceNodeRequest {
  'nodeId'?: (number | string | Long);
  'peerAddress'?: (string);
  'clientAddress'?: (string);
  'diskId'?: (string);
  'force'?: (boolean);
}

export interface ReplaceNodeRequest__Output {
  'nodeId': (number);
  'peerAddress': (string);
  'clientAddress': (string);
  'diskId': (string);
  'force': (boolean);
}
