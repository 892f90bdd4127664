// Original file: proto/balsa/client/v1/client.proto

import type { Command as _balsa_client_v1_Command, Command__Output as _balsa_client_v1_Command__Output } from '../../../balsa/client/v1/Command.ts';
import type { RequestSession as _balsa_client_v1_RequestSession, RequestSession__Output as _balsa_client_v1_RequestSession__Output } from '../../../balsa/client/v1/RequestSession.ts';

export interface SubmitRequest {
  'commands'?: (_balsa_client_v1_Command)[];
  'session'?: (_balsa_client_v1_RequestSession | null);
  'incarnationId'?: (string);
}

export interface SubmitRequest__Output {
  'commands': (_balsa_client_v1_Command__Output)[];
  'session': (_balsa_client_v1_RequestSession__Output | null);
  'incarnationId': (string);
}
