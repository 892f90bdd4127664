// Original file: proto/balsa/client/v1/client.proto

import type { ReadRequest as _balsa_client_v1_ReadRequest, ReadRequest__Output as _balsa_client_v1_ReadRequest__Output } from '../../../balsa/client/v1/ReadRequest.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReadItem {
  'id'?: (number | string | Long);
  'request'?: (_balsa_client_v1_ReadRequest | null);
}

export interface ReadItem__Output {
  'id': (number);
  'request': (_balsa_client_v1_ReadRequest__Output | null);
}
