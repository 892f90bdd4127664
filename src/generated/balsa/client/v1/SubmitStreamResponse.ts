// Original file: proto/balsa/client/v1/client.proto

import type { SubmitResult as _balsa_client_v1_SubmitResult, SubmitResult__Output as _balsa_client_v1_SubmitResult__Output } from '../../../balsa/client/v1/SubmitResult.ts';

export interface SubmitStreamResponse {
  'results'?: (_balsa_client_v1_SubmitResult)[];
  'incarnationId'?: (string);
}

export interface SubmitStreamResponse__Output {
  'results': (_balsa_client_v1_SubmitResult__Output)[];
  'incarnationId': (string);
}
