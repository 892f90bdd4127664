// Original file: proto/balsa/admin/v1/admin.proto

import type { FigureKind as _balsa_admin_v1_FigureKind, FigureKind__Output as _balsa_admin_v1_FigureKind__Output } from '../../../balsa/admin/v1/FigureKind.ts';
import type { Histogram as _balsa_admin_v1_Histogram, Histogram__Output as _balsa_admin_v1_Histogram__Output } from '../../../balsa/admin/v1/Histogram.ts';

export interface Figure {
  'name'?: (string);
  'kind'?: (_balsa_admin_v1_FigureKind);
  'unit'?: (string);
  'value'?: (number | string);
  'histogram'?: (_balsa_admin_v1_Histogram | null);
}

export interface Figure__Output {
  'name': (string);
  'kind': (_balsa_admin_v1_FigureKind__Output);
  'unit': (string);
  'value': (number);
  'histogram': (_balsa_admin_v1_Histogram__Output | null);
}
