// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface FirstMember {
  'id'?: (number | string | Long);
  'peerAddress'?: (string);
  'clientAddress'?: (string);
  'diskId'?: (string);
}

export interface FirstMember__Output {
  'id': (number);
  'peerAddress': (string);
  'clientAddress': (string);
  'diskId': (string);
}
