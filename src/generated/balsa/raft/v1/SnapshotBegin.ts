// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface SnapshotBegin {
  'index'?: (number | string | Long);
  'term'?: (number | string | Long);
  'time'?: (number | string | Long);
  'members'?: (Buffer | Uint8Array | string);
  'membersIndex'?: (number | string | Long);
  'count'?: (number | string | Long);
  'digest'?: (string);
  'bytes'?: (number | string | Long);
  'checksum'?: (number);
}

export interface SnapshotBegin__Output {
  'index': (number);
  'term': (number);
  'time': (number);
  'members': (Buffer);
  'membersIndex': (number);
  'count': (number);
  'digest': (string);
  'bytes': (number);
  'checksum': (number);
}
