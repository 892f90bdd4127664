// Original file: proto/balsa/client/v1/client.proto

import type { KeyValue as _balsa_client_v1_KeyValue, KeyValue__Output as _balsa_client_v1_KeyValue__Output } from '../../../balsa/client/v1/KeyValue.ts';
import type { Long } from '@grpc/proto-loader';

export interface ScanResponse {
  'items'?: (_balsa_client_v1_KeyValue)[];
  'nextStart'?: (string);
  'appliedIndex'?: (number | string | Long);
  'incarnationId'?: (string);
}

export interface ScanResponse__Output {
  'items': (_balsa_client_v1_KeyValue__Output)[];
  'nextStart': (string);
  'appliedIndex': (number);
  'incarnationId': (string);
}
