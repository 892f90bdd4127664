// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface MemberSample {
  'id'?: (number | string | Long);
  'isVoter'?: (boolean);
  'isOutgoing'?: (boolean);
  'peerAddress'?: (string);
  'clientAddress'?: (string);
}

export interface MemberSample__Output {
  'id': (number);
  'isVoter': (boolean);
  'isOutgoing': (boolean);
  'peerAddress': (string);
  'clientAddress': (string);
}
