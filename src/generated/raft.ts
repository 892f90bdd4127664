import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Append as _balsa_raft_v1_Append, Append__Output as _balsa_raft_v1_Append__Output } from './balsa/raft/v1/Append.ts';
import type { AppendConflict as _balsa_raft_v1_AppendConflict, AppendConflict__Output as _balsa_raft_v1_AppendConflict__Output } from './balsa/raft/v1/AppendConflict.ts';
import type { AppendEntriesRequest as _balsa_raft_v1_AppendEntriesRequest, AppendEntriesRequest__Output as _balsa_raft_v1_AppendEntriesRequest__Output } from './balsa/raft/v1/AppendEntriesRequest.ts';
import type { AppendEntriesResponse as _balsa_raft_v1_AppendEntriesResponse, AppendEntriesResponse__Output as _balsa_raft_v1_AppendEntriesResponse__Output } from './balsa/raft/v1/AppendEntriesResponse.ts';
import type { AppendMatch as _balsa_raft_v1_AppendMatch, AppendMatch__Output as _balsa_raft_v1_AppendMatch__Output } from './balsa/raft/v1/AppendMatch.ts';
import type { AppendReply as _balsa_raft_v1_AppendReply, AppendReply__Output as _balsa_raft_v1_AppendReply__Output } from './balsa/raft/v1/AppendReply.ts';
import type { Born as _balsa_raft_v1_Born, Born__Output as _balsa_raft_v1_Born__Output } from './balsa/raft/v1/Born.ts';
import type { CompareStateRequest as _balsa_raft_v1_CompareStateRequest, CompareStateRequest__Output as _balsa_raft_v1_CompareStateRequest__Output } from './balsa/raft/v1/CompareStateRequest.ts';
import type { CompareStateResponse as _balsa_raft_v1_CompareStateResponse, CompareStateResponse__Output as _balsa_raft_v1_CompareStateResponse__Output } from './balsa/raft/v1/CompareStateResponse.ts';
import type { Envelope as _balsa_raft_v1_Envelope, Envelope__Output as _balsa_raft_v1_Envelope__Output } from './balsa/raft/v1/Envelope.ts';
import type { FirstMember as _balsa_raft_v1_FirstMember, FirstMember__Output as _balsa_raft_v1_FirstMember__Output } from './balsa/raft/v1/FirstMember.ts';
import type { ForwardDone as _balsa_raft_v1_ForwardDone, ForwardDone__Output as _balsa_raft_v1_ForwardDone__Output } from './balsa/raft/v1/ForwardDone.ts';
import type { ForwardRefusal as _balsa_raft_v1_ForwardRefusal, ForwardRefusal__Output as _balsa_raft_v1_ForwardRefusal__Output } from './balsa/raft/v1/ForwardRefusal.ts';
import type { ForwardRequest as _balsa_raft_v1_ForwardRequest, ForwardRequest__Output as _balsa_raft_v1_ForwardRequest__Output } from './balsa/raft/v1/ForwardRequest.ts';
import type { ForwardResponse as _balsa_raft_v1_ForwardResponse, ForwardResponse__Output as _balsa_raft_v1_ForwardResponse__Output } from './balsa/raft/v1/ForwardResponse.ts';
import type { ForwardUnknown as _balsa_raft_v1_ForwardUnknown, ForwardUnknown__Output as _balsa_raft_v1_ForwardUnknown__Output } from './balsa/raft/v1/ForwardUnknown.ts';
import type { ForwardedCommand as _balsa_raft_v1_ForwardedCommand, ForwardedCommand__Output as _balsa_raft_v1_ForwardedCommand__Output } from './balsa/raft/v1/ForwardedCommand.ts';
import type { ForwardedResult as _balsa_raft_v1_ForwardedResult, ForwardedResult__Output as _balsa_raft_v1_ForwardedResult__Output } from './balsa/raft/v1/ForwardedResult.ts';
import type { Founding as _balsa_raft_v1_Founding, Founding__Output as _balsa_raft_v1_Founding__Output } from './balsa/raft/v1/Founding.ts';
import type { Heartbeat as _balsa_raft_v1_Heartbeat, Heartbeat__Output as _balsa_raft_v1_Heartbeat__Output } from './balsa/raft/v1/Heartbeat.ts';
import type { HeartbeatReply as _balsa_raft_v1_HeartbeatReply, HeartbeatReply__Output as _balsa_raft_v1_HeartbeatReply__Output } from './balsa/raft/v1/HeartbeatReply.ts';
import type { InstallSnapshotRequest as _balsa_raft_v1_InstallSnapshotRequest, InstallSnapshotRequest__Output as _balsa_raft_v1_InstallSnapshotRequest__Output } from './balsa/raft/v1/InstallSnapshotRequest.ts';
import type { InstallSnapshotResponse as _balsa_raft_v1_InstallSnapshotResponse, InstallSnapshotResponse__Output as _balsa_raft_v1_InstallSnapshotResponse__Output } from './balsa/raft/v1/InstallSnapshotResponse.ts';
import type { IntroduceRequest as _balsa_raft_v1_IntroduceRequest, IntroduceRequest__Output as _balsa_raft_v1_IntroduceRequest__Output } from './balsa/raft/v1/IntroduceRequest.ts';
import type { IntroduceResponse as _balsa_raft_v1_IntroduceResponse, IntroduceResponse__Output as _balsa_raft_v1_IntroduceResponse__Output } from './balsa/raft/v1/IntroduceResponse.ts';
import type { ListedNode as _balsa_raft_v1_ListedNode, ListedNode__Output as _balsa_raft_v1_ListedNode__Output } from './balsa/raft/v1/ListedNode.ts';
import type { PointDigest as _balsa_raft_v1_PointDigest, PointDigest__Output as _balsa_raft_v1_PointDigest__Output } from './balsa/raft/v1/PointDigest.ts';
import type { RaftServiceClient as _balsa_raft_v1_RaftServiceClient, RaftServiceDefinition as _balsa_raft_v1_RaftServiceDefinition } from './balsa/raft/v1/RaftService.ts';
import type { ReadIndexRequest as _balsa_raft_v1_ReadIndexRequest, ReadIndexRequest__Output as _balsa_raft_v1_ReadIndexRequest__Output } from './balsa/raft/v1/ReadIndexRequest.ts';
import type { ReadIndexResponse as _balsa_raft_v1_ReadIndexResponse, ReadIndexResponse__Output as _balsa_raft_v1_ReadIndexResponse__Output } from './balsa/raft/v1/ReadIndexResponse.ts';
import type { RequestVoteRequest as _balsa_raft_v1_RequestVoteRequest, RequestVoteRequest__Output as _balsa_raft_v1_RequestVoteRequest__Output } from './balsa/raft/v1/RequestVoteRequest.ts';
import type { RequestVoteResponse as _balsa_raft_v1_RequestVoteResponse, RequestVoteResponse__Output as _balsa_raft_v1_RequestVoteResponse__Output } from './balsa/raft/v1/RequestVoteResponse.ts';
import type { SnapshotBegin as _balsa_raft_v1_SnapshotBegin, SnapshotBegin__Output as _balsa_raft_v1_SnapshotBegin__Output } from './balsa/raft/v1/SnapshotBegin.ts';
import type { SnapshotChunk as _balsa_raft_v1_SnapshotChunk, SnapshotChunk__Output as _balsa_raft_v1_SnapshotChunk__Output } from './balsa/raft/v1/SnapshotChunk.ts';
import type { SnapshotInstalled as _balsa_raft_v1_SnapshotInstalled, SnapshotInstalled__Output as _balsa_raft_v1_SnapshotInstalled__Output } from './balsa/raft/v1/SnapshotInstalled.ts';
import type { SnapshotNext as _balsa_raft_v1_SnapshotNext, SnapshotNext__Output as _balsa_raft_v1_SnapshotNext__Output } from './balsa/raft/v1/SnapshotNext.ts';
import type { SnapshotRefusal as _balsa_raft_v1_SnapshotRefusal, SnapshotRefusal__Output as _balsa_raft_v1_SnapshotRefusal__Output } from './balsa/raft/v1/SnapshotRefusal.ts';
import type { SnapshotStale as _balsa_raft_v1_SnapshotStale, SnapshotStale__Output as _balsa_raft_v1_SnapshotStale__Output } from './balsa/raft/v1/SnapshotStale.ts';
import type { TimeoutNow as _balsa_raft_v1_TimeoutNow, TimeoutNow__Output as _balsa_raft_v1_TimeoutNow__Output } from './balsa/raft/v1/TimeoutNow.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  balsa: {
    raft: {
      v1: {
        Acquaintance: EnumTypeDefinition
        Append: MessageTypeDefinition<_balsa_raft_v1_Append, _balsa_raft_v1_Append__Output>
        AppendConflict: MessageTypeDefinition<_balsa_raft_v1_AppendConflict, _balsa_raft_v1_AppendConflict__Output>
        AppendEntriesRequest: MessageTypeDefinition<_balsa_raft_v1_AppendEntriesRequest, _balsa_raft_v1_AppendEntriesRequest__Output>
        AppendEntriesResponse: MessageTypeDefinition<_balsa_raft_v1_AppendEntriesResponse, _balsa_raft_v1_AppendEntriesResponse__Output>
        AppendMatch: MessageTypeDefinition<_balsa_raft_v1_AppendMatch, _balsa_raft_v1_AppendMatch__Output>
        AppendReply: MessageTypeDefinition<_balsa_raft_v1_AppendReply, _balsa_raft_v1_AppendReply__Output>
        Born: MessageTypeDefinition<_balsa_raft_v1_Born, _balsa_raft_v1_Born__Output>
        CompareStateRequest: MessageTypeDefinition<_balsa_raft_v1_CompareStateRequest, _balsa_raft_v1_CompareStateRequest__Output>
        CompareStateResponse: MessageTypeDefinition<_balsa_raft_v1_CompareStateResponse, _balsa_raft_v1_CompareStateResponse__Output>
        Envelope: MessageTypeDefinition<_balsa_raft_v1_Envelope, _balsa_raft_v1_Envelope__Output>
        FirstMember: MessageTypeDefinition<_balsa_raft_v1_FirstMember, _balsa_raft_v1_FirstMember__Output>
        ForwardDone: MessageTypeDefinition<_balsa_raft_v1_ForwardDone, _balsa_raft_v1_ForwardDone__Output>
        ForwardRefusal: MessageTypeDefinition<_balsa_raft_v1_ForwardRefusal, _balsa_raft_v1_ForwardRefusal__Output>
        ForwardRequest: MessageTypeDefinition<_balsa_raft_v1_ForwardRequest, _balsa_raft_v1_ForwardRequest__Output>
        ForwardResponse: MessageTypeDefinition<_balsa_raft_v1_ForwardResponse, _balsa_raft_v1_ForwardResponse__Output>
        ForwardUnknown: MessageTypeDefinition<_balsa_raft_v1_ForwardUnknown, _balsa_raft_v1_ForwardUnknown__Output>
        ForwardedCommand: MessageTypeDefinition<_balsa_raft_v1_ForwardedCommand, _balsa_raft_v1_ForwardedCommand__Output>
        ForwardedResult: MessageTypeDefinition<_balsa_raft_v1_ForwardedResult, _balsa_raft_v1_ForwardedResult__Output>
        Founding: MessageTypeDefinition<_balsa_raft_v1_Founding, _balsa_raft_v1_Founding__Output>
        Heartbeat: MessageTypeDefinition<_balsa_raft_v1_Heartbeat, _balsa_raft_v1_Heartbeat__Output>
        HeartbeatReply: MessageTypeDefinition<_balsa_raft_v1_HeartbeatReply, _balsa_raft_v1_HeartbeatReply__Output>
        InstallSnapshotRequest: MessageTypeDefinition<_balsa_raft_v1_InstallSnapshotRequest, _balsa_raft_v1_InstallSnapshotRequest__Output>
        InstallSnapshotResponse: MessageTypeDefinition<_balsa_raft_v1_InstallSnapshotResponse, _balsa_raft_v1_InstallSnapshotResponse__Output>
        IntroduceRequest: MessageTypeDefinition<_balsa_raft_v1_IntroduceRequest, _balsa_raft_v1_IntroduceRequest__Output>
        IntroduceResponse: MessageTypeDefinition<_balsa_raft_v1_IntroduceResponse, _balsa_raft_v1_IntroduceResponse__Output>
        ListedNode: MessageTypeDefinition<_balsa_raft_v1_ListedNode, _balsa_raft_v1_ListedNode__Output>
        PointDigest: MessageTypeDefinition<_balsa_raft_v1_PointDigest, _balsa_raft_v1_PointDigest__Output>
        RaftService: SubtypeConstructor<typeof grpc.Client, _balsa_raft_v1_RaftServiceClient> & { service: _balsa_raft_v1_RaftServiceDefinition }
        ReadIndexRequest: MessageTypeDefinition<_balsa_raft_v1_ReadIndexRequest, _balsa_raft_v1_ReadIndexRequest__Output>
        ReadIndexResponse: MessageTypeDefinition<_balsa_raft_v1_ReadIndexResponse, _balsa_raft_v1_ReadIndexResponse__Output>
        RequestVoteRequest: MessageTypeDefinition<_balsa_raft_v1_RequestVoteRequest, _balsa_raft_v1_RequestVoteRequest__Output>
        RequestVoteResponse: MessageTypeDefinition<_balsa_raft_v1_RequestVoteResponse, _balsa_raft_v1_RequestVoteResponse__Output>
        SnapshotBegin: MessageTypeDefinition<_balsa_raft_v1_SnapshotBegin, _balsa_raft_v1_SnapshotBegin__Output>
        SnapshotChunk: MessageTypeDefinition<_balsa_raft_v1_SnapshotChunk, _balsa_raft_v1_SnapshotChunk__Output>
        SnapshotInstalled: MessageTypeDefinition<_balsa_raft_v1_SnapshotInstalled, _balsa_raft_v1_SnapshotInstalled__Output>
        SnapshotNext: MessageTypeDefinition<_balsa_raft_v1_SnapshotNext, _balsa_raft_v1_SnapshotNext__Output>
        SnapshotRefusal: MessageTypeDefinition<_balsa_raft_v1_SnapshotRefusal, _balsa_raft_v1_SnapshotRefusal__Output>
        SnapshotStale: MessageTypeDefinition<_balsa_raft_v1_SnapshotStale, _balsa_raft_v1_SnapshotStale__Output>
        TimeoutNow: MessageTypeDefinition<_balsa_raft_v1_TimeoutNow, _balsa_raft_v1_TimeoutNow__Output>
      }
    }
  }
}

