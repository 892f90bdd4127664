// Original file: proto/balsa/raft/v1/raft.proto

import type { Long } from '@grpc/proto-loader';

export interface Envelope {
  'clusterId'?: (string);
  'from'?: (number | string | Long);
  'to'?: (number | string | Long);
  'term'?: (number | string | Long);
  'diskId'?: (string);
  'toDiskId'?: (string);
  'incarnationId'?: (string);
  'run'?: (number | string | Long);
  'sequence'?: (number | string | Long);
}

export interface Envelope__Output {
  'clusterId': (string);
  'from': (number);
  'to': (number);
  'term': (number);
  'diskId': (string);
  'toDiskId': (string);
  'incarnationId': (string);
  'run': (number);
  'sequence': (number);
}
