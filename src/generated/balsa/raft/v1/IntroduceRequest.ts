// Original file: proto/balsa/raft/v1/raft.proto

import type { ListedNode as _balsa_raft_v1_ListedNode, ListedNode__Output as _balsa_raft_v1_ListedNode__Output } from '../../../balsa/raft/v1/ListedNode.ts';
import type { Long } from '@grpc/proto-loader';

export interface IntroduceRequest {
  'clusterId'?: (string);
  'from'?: (number | string | Long);
  'to'?: (number | string | Long);
  'diskId'?: (string);
  'list'?: (_balsa_raft_v1_ListedNode)[];
}

export interface IntroduceRequest__Output {
  'clusterId': (string);
  'from': (number);
  'to': (number);
  'diskId': (string);
  'list': (_balsa_raft_v1_ListedNode__Output)[];
}
