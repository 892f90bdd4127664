// Original file: proto/balsa/client/v1/client.proto

import type { Set as _balsa_client_v1_Set, Set__Output as _balsa_client_v1_Set__Output } from '../../../balsa/client/v1/Set.ts';
import type { Delete as _balsa_client_v1_Delete, Delete__Output as _balsa_client_v1_Delete__Output } from '../../../balsa/client/v1/Delete.ts';
import type { CompareAndSet as _balsa_client_v1_CompareAndSet, CompareAndSet__Output as _balsa_client_v1_CompareAndSet__Output } from '../../../balsa/client/v1/CompareAndSet.ts';

export interface Command {
  'set'?: (_balsa_client_v1_Set | null);
  'delete'?: (_balsa_client_v1_Delete | null);
  'compareAndSet'?: (_balsa_client_v1_CompareAndSet | null);
  'kind'?: "set"|"delete"|"compareAndSet";
}

export interface Command__Output {
  'set'?: (_balsa_client_v1_Set__Output | null);
  'delete'?: (_balsa_client_v1_Delete__Output | null);
  'compareAndSet'?: (_balsa_client_v1_CompareAndSet__Output | null);
  'kind'?: "set"|"delete"|"compareAndSet";
}
