// Original file: proto/balsa/client/v1/client.proto

import type { CommandResult as _balsa_client_v1_CommandResult, CommandResult__Output as _balsa_client_v1_CommandResult__Output } from '../../../balsa/client/v1/CommandResult.ts';
import type { Long } from '@grpc/proto-loader';

export interface SubmitResponse {
  'succeeded'?: (boolean);
  'revision'?: (number | string | Long);
  'results'?: (_balsa_client_v1_CommandResult)[];
  'incarnationId'?: (string);
}

export interface SubmitResponse__Output {
  'succeeded': (boolean);
  'revision': (number);
  'results': (_balsa_client_v1_CommandResult__Output)[];
  'incarnationId': (string);
}
