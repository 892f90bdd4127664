// Original file: proto/balsa/client/v1/client.proto

import type { ReadResponse as _balsa_client_v1_ReadResponse, ReadResponse__Output as _balsa_client_v1_ReadResponse__Output } from '../../../balsa/client/v1/ReadResponse.ts';
import type { Error as _balsa_client_v1_Error, Error__Output as _balsa_client_v1_Error__Output } from '../../../balsa/client/v1/Error.ts';
import type { Long } from '@grpc/proto-loader';

export interface ReadResult {
  'id'?: (number | string | Long);
  'response'?: (_balsa_client_v1_ReadResponse | null);
  'error'?: (_balsa_client_v1_Error | null);
  'outcome'?: "response"|"error";
}

export interface ReadResult__Output {
  'id': (number);
  'response'?: (_balsa_client_v1_ReadResponse__Output | null);
  'error'?: (_balsa_client_v1_Error__Output | null);
  'outcome'?: "response"|"error";
}
