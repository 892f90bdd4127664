// Original file: proto/balsa/client/v1/client.proto

import type { Change as _balsa_client_v1_Change, Change__Output as _balsa_client_v1_Change__Output } from '../../../balsa/client/v1/Change.ts';
import type { Long } from '@grpc/proto-loader';

export interface WatchResponse {
  'changes'?: (_balsa_client_v1_Change)[];
  'revision'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface WatchResponse__Output {
  'changes': (_balsa_client_v1_Change__Output)[];
  'revision': (number);
  'incarnationId': (string);
}
