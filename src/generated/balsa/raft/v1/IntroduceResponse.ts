// Original file: proto/balsa/raft/v1/raft.proto

import type { Founding as _balsa_raft_v1_Founding, Founding__Output as _balsa_raft_v1_Founding__Output } from '../../../balsa/raft/v1/Founding.ts';
import type { Born as _balsa_raft_v1_Born, Born__Output as _balsa_raft_v1_Born__Output } from '../../../balsa/raft/v1/Born.ts';
import type { Long } from '@grpc/proto-loader';

export interface IntroduceResponse {
  'clusterId'?: (string);
  'from'?: (number | string | Long);
  'diskId'?: (string);
  'founding'?: (_balsa_raft_v1_Founding | null);
  'born'?: (_balsa_raft_v1_Born | null);
  'stage'?: "founding"|"born";
}

export interface IntroduceResponse__Output {
  'clusterId': (string);
  'from': (number);
  'diskId': (string);
  'founding'?: (_balsa_raft_v1_Founding__Output | null);
  'born'?: (_balsa_raft_v1_Born__Output | null);
  'stage'?: "founding"|"born";
}
