// Original file: proto/balsa/client/v1/client.proto

import type { SubmitRequest as _balsa_client_v1_SubmitRequest, SubmitRequest__Output as _balsa_client_v1_SubmitRequest__Output } from '../../../balsa/client/v1/SubmitRequest.ts';
import type { Long } from '@grpc/proto-loader';

export interface SubmitItem {
  'id'?: (number | string | Long);
  'request'?: (_balsa_client_v1_SubmitRequest | null);
}

export interface SubmitItem__Output {
  'id': (number);
  'request': (_balsa_client_v1_SubmitRequest__Output | null);
}
