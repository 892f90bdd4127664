// Original file: proto/balsa/raft/v1/raft.proto

import type { Acquaintance as _balsa_raft_v1_Acquaintance, Acquaintance__Output as _balsa_raft_v1_Acquaintance__Output } from '../../../balsa/raft/v1/Acquaintance.ts';
import type { FirstMember as _balsa_raft_v1_FirstMember, FirstMember__Output as _balsa_raft_v1_FirstMember__Output } from '../../../balsa/raft/v1/FirstMember.ts';

export interface Born {
  'incarnationId'?: (string);
  'acquaintance'?: (_balsa_raft_v1_Acquaintance);
  'members'?: (_balsa_raft_v1_FirstMember)[];
  'clientAddress'?: (string);
}

export interface Born__Output {
  'incarnationId': (string);
  'acquaintance': (_balsa_raft_v1_Acquaintance__Output);
  'members': (_balsa_raft_v1_FirstMember__Output)[];
  'clientAddress': (string);
}
