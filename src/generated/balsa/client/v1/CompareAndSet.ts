// Original file: proto/balsa/client/v1/client.proto

import type { Value as _balsa_client_v1_Value, Value__Output as _balsa_client_v1_Value__Output } from '../../../balsa/client/v1/Value.ts';
import type { Long } from '@grpc/proto-loader';

export interface CompareAndSet {
  'key'?: (string);
  'value'?: (_balsa_client_v1_Value | null);
  'revision'?: (number | string | Long);
  'absent'?: (boolean);
  'newValue'?: (_balsa_client_v1_Value | null);
  'attached'?: (boolean);
  'expected'?: "value"|"revision"|"absent";
}

export interface CompareAndSet__Output {
  'key': (string);
  'value'?: (_balsa_client_v1_Value__Output | null);
  'revision'?: (number);
  'absent'?: (boolean);
  'newValue': (_balsa_client_v1_Value__Output | null);
  'attached': (boolean);
  'expected'?: "value"|"revision"|"absent";
}
