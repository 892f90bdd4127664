// Original file: proto/balsa/client/v1/client.proto

import type { ReadResult as _balsa_client_v1_ReadResult, ReadResult__Output as _balsa_client_v1_ReadResult__Output } from '../../../balsa/client/v1/ReadResult.ts';

export interface ReadStreamResponse {
  'results'?: (_balsa_client_v1_ReadResult)[];
  'incarnationId'?: (string);
}

export interface ReadStreamResponse__Output {
  'results': (_balsa_client_v1_ReadResult__Output)[];
  'incarnationId': (string);
}
