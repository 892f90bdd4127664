// Original file: proto/balsa/raft/v1/raft.proto


export interface ForwardUnknown {
  'reason'?: (string);
}

export interface ForwardUnknown__Output {
  'reason': (string);
}
