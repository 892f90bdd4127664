// Original file: proto/balsa/client/v1/client.proto

import type { SubmitItem as _balsa_client_v1_SubmitItem, SubmitItem__Output as _balsa_client_v1_SubmitItem__Output } from '../../../balsa/client/v1/SubmitItem.ts';

export interface SubmitStreamRequest {
  'items'?: (_balsa_client_v1_SubmitItem)[];
  'incarnationId'?: (string);
}

export interface SubmitStreamRequest__Output {
  'items': (_balsa_client_v1_SubmitItem__Output)[];
  'incarnationId': (string);
}
