// Original file: proto/balsa/admin/v1/admin.proto

import type { LinkDirection as _balsa_admin_v1_LinkDirection, LinkDirection__Output as _balsa_admin_v1_LinkDirection__Output } from '../../../balsa/admin/v1/LinkDirection.ts';
import type { Long } from '@grpc/proto-loader';

export interface LinkFault {
  'peerId'?: (number | string | Long);
  'direction'?: (_balsa_admin_v1_LinkDirection);
  'cut'?: (boolean);
  'delayMs'?: (number | string | Long);
  'jitterMs'?: (number | string | Long);
  'loseRatio'?: (number | string);
  'duplicateRatio'?: (number | string);
  'reorderRatio'?: (number | string);
}

export interface LinkFault__Output {
  'peerId': (number);
  'direction': (_balsa_admin_v1_LinkDirection__Output);
  'cut': (boolean);
  'delayMs': (number);
  'jitterMs': (number);
  'loseRatio': (number);
  'duplicateRatio': (number);
  'reorderRatio': (number);
}
