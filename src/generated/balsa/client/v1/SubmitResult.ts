// Original file: proto/balsa/client/v1/client.proto

import type { SubmitResponse as _balsa_client_v1_SubmitResponse, SubmitResponse__Output as _balsa_client_v1_SubmitResponse__Output } from '../../../balsa/client/v1/SubmitResponse.ts';
import type { Error as _balsa_client_v1_Error, Error__Output as _balsa_client_v1_Error__Output } from '../../../balsa/client/v1/Error.ts';
import type { Long } from '@grpc/proto-loader';

export interface SubmitResult {
  'id'?: (number | string | Long);
  'response'?: (_balsa_client_v1_SubmitResponse | null);
  'error'?: (_balsa_client_v1_Error | null);
  'outcome'?: "response"|"error";
}

export interface SubmitResult__Output {
  'id': (number);
  'response'?: (_balsa_client_v1_SubmitResponse__Output | null);
  'error'?: (_balsa_client_v1_Error__Output | null);
  'outcome'?: "response"|"error";
}
