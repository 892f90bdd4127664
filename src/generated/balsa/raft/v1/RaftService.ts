// Original file: proto/balsa/raft/v1/raft.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AppendEntriesRequest as _balsa_raft_v1_AppendEntriesRequest, AppendEntriesRequest__Output as _balsa_raft_v1_AppendEntriesRequest__Output } from '../../../balsa/raft/v1/AppendEntriesRequest.ts';
import type { AppendEntriesResponse as _balsa_raft_v1_AppendEntriesResponse, AppendEntriesResponse__Output as _balsa_raft_v1_AppendEntriesResponse__Output } from '../../../balsa/raft/v1/AppendEntriesResponse.ts';
import type { CompareStateRequest as _balsa_raft_v1_CompareStateRequest, CompareStateRequest__Output as _balsa_raft_v1_CompareStateRequest__Output } from '../../../balsa/raft/v1/CompareStateRequest.ts';
import type { CompareStateResponse as _balsa_raft_v1_CompareStateResponse, CompareStateResponse__Output as _balsa_raft_v1_CompareStateResponse__Output } from '../../../balsa/raft/v1/CompareStateResponse.ts';
import type { ForwardRequest as _balsa_raft_v1_ForwardRequest, ForwardRequest__Output as _balsa_raft_v1_ForwardRequest__Output } from '../../../balsa/raft/v1/ForwardRequest.ts';
import type { ForwardResponse as _balsa_raft_v1_ForwardResponse, ForwardResponse__Output as _balsa_raft_v1_ForwardResponse__Output } from '../../../balsa/raft/v1/ForwardResponse.ts';
import type { InstallSnapshotRequest as _balsa_raft_v1_InstallSnapshotRequest, InstallSnapshotRequest__Output as _balsa_raft_v1_InstallSnapshotRequest__Output } from '../../../balsa/raft/v1/InstallSnapshotRequest.ts';
import type { InstallSnapshotResponse as _balsa_raft_v1_InstallSnapshotResponse, InstallSnapshotResponse__Output as _balsa_raft_v1_InstallSnapshotResponse__Output } from '../../../balsa/raft/v1/InstallSnapshotResponse.ts';
import type { IntroduceRequest as _balsa_raft_v1_IntroduceRequest, IntroduceRequest__Output as _balsa_raft_v1_IntroduceRequest__Output } from '../../../balsa/raft/v1/IntroduceRequest.ts';
import type { IntroduceResponse as _balsa_raft_v1_IntroduceResponse, IntroduceResponse__Output as _balsa_raft_v1_IntroduceResponse__Output } from '../../../balsa/raft/v1/IntroduceResponse.ts';
import type { RequestVoteRequest as _balsa_raft_v1_RequestVoteRequest, RequestVoteRequest__Output as _balsa_raft_v1_RequestVoteRequest__Output } from '../../../balsa/raft/v1/RequestVoteRequest.ts';
import type { RequestVoteResponse as _balsa_raft_v1_RequestVoteResponse, RequestVoteResponse__Output as _balsa_raft_v1_RequestVoteResponse__Output } from '../../../balsa/raft/v1/RequestVoteResponse.ts';

export interface RaftServiceClient extends grpc.Client {
  AppendEntries(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_AppendEntriesRequest, _balsa_raft_v1_AppendEntriesResponse__Output>;
  AppendEntries(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_AppendEntriesRequest, _balsa_raft_v1_AppendEntriesResponse__Output>;
  appendEntries(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_AppendEntriesRequest, _balsa_raft_v1_AppendEntriesResponse__Output>;
  appendEntries(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_AppendEntriesRequest, _balsa_raft_v1_AppendEntriesResponse__Output>;
  
  CompareState(argument: _balsa_raft_v1_CompareStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  CompareState(argument: _balsa_raft_v1_CompareStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  CompareState(argument: _balsa_raft_v1_CompareStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  CompareState(argument: _balsa_raft_v1_CompareStateRequest, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  compareState(argument: _balsa_raft_v1_CompareStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  compareState(argument: _balsa_raft_v1_CompareStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  compareState(argument: _balsa_raft_v1_CompareStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  compareState(argument: _balsa_raft_v1_CompareStateRequest, callback: grpc.requestCallback<_balsa_raft_v1_CompareStateResponse__Output>): grpc.ClientUnaryCall;
  
  Forward(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_ForwardRequest, _balsa_raft_v1_ForwardResponse__Output>;
  Forward(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_ForwardRequest, _balsa_raft_v1_ForwardResponse__Output>;
  forward(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_ForwardRequest, _balsa_raft_v1_ForwardResponse__Output>;
  forward(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_ForwardRequest, _balsa_raft_v1_ForwardResponse__Output>;
  
  InstallSnapshot(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_InstallSnapshotRequest, _balsa_raft_v1_InstallSnapshotResponse__Output>;
  InstallSnapshot(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_InstallSnapshotRequest, _balsa_raft_v1_InstallSnapshotResponse__Output>;
  installSnapshot(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_InstallSnapshotRequest, _balsa_raft_v1_InstallSnapshotResponse__Output>;
  installSnapshot(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_raft_v1_InstallSnapshotRequest, _balsa_raft_v1_InstallSnapshotResponse__Output>;
  
  Introduce(argument: _balsa_raft_v1_IntroduceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  Introduce(argument: _balsa_raft_v1_IntroduceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  Introduce(argument: _balsa_raft_v1_IntroduceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  Introduce(argument: _balsa_raft_v1_IntroduceRequest, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  introduce(argument: _balsa_raft_v1_IntroduceRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  introduce(argument: _balsa_raft_v1_IntroduceRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  introduce(argument: _balsa_raft_v1_IntroduceRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  introduce(argument: _balsa_raft_v1_IntroduceRequest, callback: grpc.requestCallback<_balsa_raft_v1_IntroduceResponse__Output>): grpc.ClientUnaryCall;
  
  RequestVote(argument: _balsa_raft_v1_RequestVoteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  RequestVote(argument: _balsa_raft_v1_RequestVoteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  RequestVote(argument: _balsa_raft_v1_RequestVoteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  RequestVote(argument: _balsa_raft_v1_RequestVoteRequest, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  requestVote(argument: _balsa_raft_v1_RequestVoteRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  requestVote(argument: _balsa_raft_v1_RequestVoteRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  requestVote(argument: _balsa_raft_v1_RequestVoteRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  requestVote(argument: _balsa_raft_v1_RequestVoteRequest, callback: grpc.requestCallback<_balsa_raft_v1_RequestVoteResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface RaftServiceHandlers extends grpc.UntypedServiceImplementation {
  AppendEntries: grpc.handleBidiStreamingCall<_balsa_raft_v1_AppendEntriesRequest__Output, _balsa_raft_v1_AppendEntriesResponse>;
  
  CompareState: grpc.handleUnaryCall<_balsa_raft_v1_CompareStateRequest__Output, _balsa_raft_v1_CompareStateResponse>;
  
  Forward: grpc.handleBidiStreamingCall<_balsa_raft_v1_ForwardRequest__Output, _balsa_raft_v1_ForwardResponse>;
  
  InstallSnapshot: grpc.handleBidiStreamingCall<_balsa_raft_v1_InstallSnapshotRequest__Output, _balsa_raft_v1_InstallSnapshotResponse>;
  
  Introduce: grpc.handleUnaryCall<_balsa_raft_v1_IntroduceRequest__Output, _balsa_raft_v1_IntroduceResponse>;
  
  RequestVote: grpc.handleUnaryCall<_balsa_raft_v1_RequestVoteRequest__Output, _balsa_raft_v1_RequestVoteResponse>;
  
}

export interface RaftServiceDefinition extends grpc.ServiceDefinition {
  AppendEntries: MethodDefinition<_balsa_raft_v1_AppendEntriesRequest, _balsa_raft_v1_AppendEntriesResponse, _balsa_raft_v1_AppendEntriesRequest__Output, _balsa_raft_v1_AppendEntriesResponse__Output>
  CompareState: MethodDefinition<_balsa_raft_v1_CompareStateRequest, _balsa_raft_v1_CompareStateResponse, _balsa_raft_v1_CompareStateRequest__Output, _balsa_raft_v1_CompareStateResponse__Output>
  Forward: MethodDefinition<_balsa_raft_v1_ForwardRequest, _balsa_raft_v1_ForwardResponse, _balsa_raft_v1_ForwardRequest__Output, _balsa_raft_v1_ForwardResponse__Output>
  InstallSnapshot: MethodDefinition<_balsa_raft_v1_InstallSnapshotRequest, _balsa_raft_v1_InstallSnapshotResponse, _balsa_raft_v1_InstallSnapshotRequest__Output, _balsa_raft_v1_InstallSnapshotResponse__Output>
  Introduce: MethodDefinition<_balsa_raft_v1_IntroduceRequest, _balsa_raft_v1_IntroduceResponse, _balsa_raft_v1_IntroduceRequest__Output, _balsa_raft_v1_IntroduceResponse__Output>
  RequestVote: MethodDefinition<_balsa_raft_v1_RequestVoteRequest, _balsa_raft_v1_RequestVoteResponse, _balsa_raft_v1_RequestVoteRequest__Output, _balsa_raft_v1_RequestVoteResponse__Output>
}
