/**
 * The few messages of etcd's public interface that the benchmark sends and receives: names and numbers of their
 * fields as etcd has them, all other fields left out (protobuf skips what it does not know).
 */
export const etcdProto = `
syntax = "proto3";
package etcdserverpb;

service KV {
  rpc Range(RangeRequest) returns (RangeResponse);
  rpc Put(PutRequest) returns (PutResponse);
}

service Maintenance {
  rpc Status(StatusRequest) returns (StatusResponse);
}

message ResponseHeader {
  uint64 member_id = 2;
  int64 revision = 3;
}

message PutRequest {
  bytes key = 1;
  bytes value = 2;
}

message PutResponse {
  ResponseHeader header = 1;
}

// Linearizable, as "serializable" is left out.
message RangeRequest {
  bytes key = 1;
}

message RangeResponse {
  ResponseHeader header = 1;
  repeated KeyValue kvs = 2;
}

message KeyValue {
  bytes key = 1;
  int64 mod_revision = 3;
  bytes value = 5;
}

message StatusRequest {}

message StatusResponse {
  ResponseHeader header = 1;
  uint64 leader = 4;
  uint64 raft_term = 6;
  uint64 raft_applied_index = 7;
}
`;
