// Original file: proto/balsa/raft/v1/raft.proto


export interface SnapshotRefusal {
  'why'?: (string);
}

export interface SnapshotRefusal__Output {
  'why': (string);
}
