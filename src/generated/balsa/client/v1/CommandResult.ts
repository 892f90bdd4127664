// Original file: proto/balsa/client/v1/client.proto

import type { KeyValue as _balsa_client_v1_KeyValue, KeyValue__Output as _balsa_client_v1_KeyValue__Output } from '../../../balsa/client/v1/KeyValue.ts';

export interface CommandResult {
  'succeeded'?: (boolean);
  'existed'?: (boolean);
  'current'?: (_balsa_client_v1_KeyValue | null);
}

export interface CommandResult__Output {
  'succeeded': (boolean);
  'existed': (boolean);
  'current': (_balsa_client_v1_KeyValue__Output | null);
}
