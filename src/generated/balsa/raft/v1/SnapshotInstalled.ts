// Original file: proto/balsa/raft/v1/raft.proto


export interface SnapshotInstalled {
}

export interface SnapshotInstalled__Output {
}
