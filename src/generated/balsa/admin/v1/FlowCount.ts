// Original file: proto/balsa/admin/v1/observe.proto

import type { Long } from '@grpc/proto-loader';

export interface FlowCount {
  'from'?: (number | string | Long);
  'to'?: (number | string | Long);
  'message'?: (string);
  'sent'?: (number | string | Long);
  'received'?: (number | string | Long);
  'lost'?: (number | string | Long);
  'bytes'?: (number | string | Long);
}

export interface FlowCount__Output {
  'from': (number);
  'to': (number);
  'message': (string);
  'sent': (number);
  'received': (number);
  'lost': (number);
  'bytes': (number);
}
