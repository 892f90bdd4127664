// Original file: proto/balsa/raft/v1/raft.proto


export interface SnapshotNext {
  'cursor'?: (Buffer | Uint8Array | string);
  '_cursor'?: "cursor";
}

export interface SnapshotNext__Output {
  'cursor'?: (Buffer);
  '_cursor'?: "cursor";
}
