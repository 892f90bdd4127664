// Original file: proto/balsa/raft/v1/raft.proto


export interface SnapshotChunk {
  'after'?: (Buffer | Uint8Array | string);
  'records'?: (Buffer | Uint8Array | string);
  'isLast'?: (boolean);
  'checksum'?: (number);
  '_after'?: "after";
}

export interface SnapshotChunk__Output {
  'after'?: (Buffer);
  'records': (Buffer);
  'isLast': (boolean);
  'checksum': (number);
  '_after'?: "after";
}
