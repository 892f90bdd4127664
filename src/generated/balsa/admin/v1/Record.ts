// Original file: proto/balsa/admin/v1/observe.proto

import type { Field as _balsa_admin_v1_Field, Field__Output as _balsa_admin_v1_Field__Output } from '../../../balsa/admin/v1/Field.ts';
import type { Long } from '@grpc/proto-loader';

export interface Record {
  'number'?: (number | string | Long);
  'at'?: (number | string);
  'turn'?: (number | string | Long);
  'type'?: (string);
  'fields'?: (_balsa_admin_v1_Field)[];
}

export interface Record__Output {
  'number': (number);
  'at': (number);
  'turn': (number);
  'type': (string);
  'fields': (_balsa_admin_v1_Field__Output)[];
}
