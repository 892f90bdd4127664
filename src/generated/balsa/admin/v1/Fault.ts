// Original file: proto/balsa/admin/v1/admin.proto

import type { LinkFault as _balsa_admin_v1_LinkFault, LinkFault__Output as _balsa_admin_v1_LinkFault__Output } from '../../../balsa/admin/v1/LinkFault.ts';
import type { TurnFault as _balsa_admin_v1_TurnFault, TurnFault__Output as _balsa_admin_v1_TurnFault__Output } from '../../../balsa/admin/v1/TurnFault.ts';
import type { DiskFault as _balsa_admin_v1_DiskFault, DiskFault__Output as _balsa_admin_v1_DiskFault__Output } from '../../../balsa/admin/v1/DiskFault.ts';
import type { ExitFault as _balsa_admin_v1_ExitFault, ExitFault__Output as _balsa_admin_v1_ExitFault__Output } from '../../../balsa/admin/v1/ExitFault.ts';
import type { Long } from '@grpc/proto-loader';

export interface Fault {
  'id'?: (number | string | Long);
  'link'?: (_balsa_admin_v1_LinkFault | null);
  'turn'?: (_balsa_admin_v1_TurnFault | null);
  'disk'?: (_balsa_admin_v1_DiskFault | null);
  'remainingMs'?: (number | string | Long);
  'struck'?: (number | string | Long);
  'exit'?: (_balsa_admin_v1_ExitFault | null);
  'fault'?: "link"|"turn"|"disk"|"exit";
}

export interface Fault__Output {
  'id': (number);
  'link'?: (_balsa_admin_v1_LinkFault__Output | null);
  'turn'?: (_balsa_admin_v1_TurnFault__Output | null);
  'disk'?: (_balsa_admin_v1_DiskFault__Output | null);
  'remainingMs': (number);
  'struck': (number);
  'exit'?: (_balsa_admin_v1_ExitFault__Output | null);
  'fault'?: "link"|"turn"|"disk"|"exit";
}
