// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface PeerSample {
  'id'?: (number | string | Long);
  'isVoter'?: (boolean);
  'state'?: (string);
  'matchIndex'?: (number | string | Long);
  'nextIndex'?: (number | string | Long);
  'heardAgoMs'?: (number | string);
}

export interface PeerSample__Output {
  'id': (number);
  'isVoter': (boolean);
  'state': (string);
  'matchIndex': (number);
  'nextIndex': (number);
  'heardAgoMs': (number);
}
