// Original file: proto/balsa/admin/v1/observe.proto

import type { EntrySample as _balsa_admin_v1_EntrySample, EntrySample__Output as _balsa_admin_v1_EntrySample__Output } from '../../../balsa/admin/v1/EntrySample.ts';

export interface GetEntriesResponse {
  'entries'?: (_balsa_admin_v1_EntrySample)[];
}

export interface GetEntriesResponse__Output {
  'entries': (_balsa_admin_v1_EntrySample__Output)[];
}
