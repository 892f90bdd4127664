// Original file: proto/balsa/raft/v1/raft.proto

import type { ListedNode as _balsa_raft_v1_ListedNode, ListedNode__Output as _balsa_raft_v1_ListedNode__Output } from '../../../balsa/raft/v1/ListedNode.ts';

export interface Founding {
  'list'?: (_balsa_raft_v1_ListedNode)[];
}

export interface Founding__Output {
  'list': (_balsa_raft_v1_ListedNode__Output)[];
}
