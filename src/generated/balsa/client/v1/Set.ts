// Original file: proto/balsa/client/v1/client.proto

import type { Value as _balsa_client_v1_Value, Value__Output as _balsa_client_v1_Value__Output } from '../../../balsa/client/v1/Value.ts';

export interface Set {
  'key'?: (string);
  'value'?: (_balsa_client_v1_Value | null);
  'attached'?: (boolean);
}

export interface Set__Output {
  'key': (string);
  'value': (_balsa_client_v1_Value__Output | null);
  'attached': (boolean);
}
