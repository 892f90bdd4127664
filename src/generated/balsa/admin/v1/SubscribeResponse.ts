// Original file: proto/balsa/admin/v1/observe.proto

import type { StateSample as _balsa_admin_v1_StateSample, StateSample__Output as _balsa_admin_v1_StateSample__Output } from '../../../balsa/admin/v1/StateSample.ts';
import type { FlowCount as _balsa_admin_v1_FlowCount, FlowCount__Output as _balsa_admin_v1_FlowCount__Output } from '../../../balsa/admin/v1/FlowCount.ts';
import type { Record as _balsa_admin_v1_Record, Record__Output as _balsa_admin_v1_Record__Output } from '../../../balsa/admin/v1/Record.ts';
import type { Long } from '@grpc/proto-loader';

export interface SubscribeResponse {
  'node'?: (number | string | Long);
  'life'?: (number | string | Long);
  'bootId'?: (string);
  'now'?: (number | string);
  'toEpochMs'?: (number | string);
  'state'?: (_balsa_admin_v1_StateSample | null);
  'flows'?: (_balsa_admin_v1_FlowCount)[];
  'records'?: (_balsa_admin_v1_Record)[];
  'dropped'?: (number | string | Long);
  'leftOut'?: (number | string | Long);
}

export interface SubscribeResponse__Output {
  'node': (number);
  'life': (number);
  'bootId': (string);
  'now': (number);
  'toEpochMs': (number);
  'state': (_balsa_admin_v1_StateSample__Output | null);
  'flows': (_balsa_admin_v1_FlowCount__Output)[];
  'records': (_balsa_admin_v1_Record__Output)[];
  'dropped': (number);
  'leftOut': (number);
}
