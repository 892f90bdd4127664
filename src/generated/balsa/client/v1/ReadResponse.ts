// Original file: proto/balsa/client/v1/client.proto

import type { KeyValue as _balsa_client_v1_KeyValue, KeyValue__Output as _balsa_client_v1_KeyValue__Output } from '../../../balsa/client/v1/KeyValue.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReadResponse {
  'found'?: (_balsa_client_v1_KeyValue | null);
  'appliedIndex'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface ReadResponse__Output {
  'found': (_balsa_client_v1_KeyValue__Output | null);
  'appliedIndex': (number);
  'incarnationId': (string);
}
