// Original file: proto/balsa/admin/v1/admin.proto

import type { Fault as _balsa_admin_v1_Fault, Fault__Output as _balsa_admin_v1_Fault__Output } from '../../../balsa/admin/v1/Fault.ts';

export interface ClearFaultsResponse {
  'faults'?: (_balsa_admin_v1_Fault)[];
}

export interface ClearFaultsResponse__Output {
  'faults': (_balsa_admin_v1_Fault__Output)[];
}
