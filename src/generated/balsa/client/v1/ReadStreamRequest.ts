// Original file: proto/balsa/client/v1/client.proto

import type { ReadItem as _balsa_client_v1_ReadItem, ReadItem__Output as _balsa_client_v1_ReadItem__Output } from '../../../balsa/client/v1/ReadItem.ts';

export interface ReadStreamRequest {
  'items'?: (_balsa_client_v1_ReadItem)[];
  'incarnationId'?: (string);
}

export interface ReadStreamRequest__Output {
  'items': (_balsa_client_v1_ReadItem__Output)[];
  'incarnationId': (string);
}
