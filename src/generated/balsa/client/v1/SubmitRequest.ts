// Original file: proto/balsa/client/v1/client.proto

import type { Command as _balsa_client_v1_Command, Command__Output as _balsa_client_v1_Command__Output } from '../../../balsa/client/v1/Command.ts';

export interface SubmitRequest {
  'commands'?: (_balsa_client_v1_Command)[];
}

export interface SubmitRequest__Output {
  'commands': (_balsa_client_v1_Command__Output)[];
}
