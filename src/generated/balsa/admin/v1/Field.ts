// Original file: proto/balsa/admin/v1/observe.proto

import type { Numbers as _balsa_admin_v1_Numbers, Numbers__Output as _balsa_admin_v1_Numbers__Output } from '../../../balsa/admin/v1/Numbers.ts';

export interface Field {
  'name'?: (string);
  'number'?: (number | string);
  'text'?: (string);
  'flag'?: (boolean);
  'numbers'?: (_balsa_admin_v1_Numbers | null);
  'value'?: "number"|"text"|"flag"|"numbers";
}

export interface Field__Output {
  'name': (string);
  'number'?: (number);
  'text'?: (string);
  'flag'?: (boolean);
  'numbers'?: (_balsa_admin_v1_Numbers__Output | null);
  'value'?: "number"|"text"|"flag"|"numbers";
}
