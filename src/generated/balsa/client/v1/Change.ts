// Original file: proto/balsa/client/v1/client.proto

import type { Value as _balsa_client_v1_Value, Value__Output as _balsa_client_v1_Value__Output } from '../../../balsa/client/v1/Value.ts';
import type { Long } from '@grpc/proto-loader';

export interface Change {
  'key'?: (string);
  'value'?: (_balsa_client_v1_Value | null);
  'revision'?: (number | string | Long);
}

export interface Change__Output {
  'key': (string);
  'value': (_balsa_client_v1_Value__Output | null);
  'revision': (number);
}
