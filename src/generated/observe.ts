import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AddNodeRequest as _balsa_admin_v1_AddNodeRequest, AddNodeRequest__Output as _balsa_admin_v1_AddNodeRequest__Output } from './balsa/admin/v1/AddNodeRequest.ts';
import type { AddNodeResponse as _balsa_admin_v1_AddNodeResponse, AddNodeResponse__Output as _balsa_admin_v1_AddNodeResponse__Output } from './balsa/admin/v1/AddNodeResponse.ts';
import type { AdminServiceClient as _balsa_admin_v1_AdminServiceClient, AdminServiceDefinition as _balsa_admin_v1_AdminServiceDefinition } from './balsa/admin/v1/AdminService.ts';
import type { CancelChangeRequest as _balsa_admin_v1_CancelChangeRequest, CancelChangeRequest__Output as _balsa_admin_v1_CancelChangeRequest__Output } from './balsa/admin/v1/CancelChangeRequest.ts';
import type { CancelChangeResponse as _balsa_admin_v1_CancelChangeResponse, CancelChangeResponse__Output as _balsa_admin_v1_CancelChangeResponse__Output } from './balsa/admin/v1/CancelChangeResponse.ts';
import type { ChangeAddressRequest as _balsa_admin_v1_ChangeAddressRequest, ChangeAddressRequest__Output as _balsa_admin_v1_ChangeAddressRequest__Output } from './balsa/admin/v1/ChangeAddressRequest.ts';
import type { ChangeAddressResponse as _balsa_admin_v1_ChangeAddressResponse, ChangeAddressResponse__Output as _balsa_admin_v1_ChangeAddressResponse__Output } from './balsa/admin/v1/ChangeAddressResponse.ts';
import type { ClearFaultsRequest as _balsa_admin_v1_ClearFaultsRequest, ClearFaultsRequest__Output as _balsa_admin_v1_ClearFaultsRequest__Output } from './balsa/admin/v1/ClearFaultsRequest.ts';
import type { ClearFaultsResponse as _balsa_admin_v1_ClearFaultsResponse, ClearFaultsResponse__Output as _balsa_admin_v1_ClearFaultsResponse__Output } from './balsa/admin/v1/ClearFaultsResponse.ts';
import type { DiskFault as _balsa_admin_v1_DiskFault, DiskFault__Output as _balsa_admin_v1_DiskFault__Output } from './balsa/admin/v1/DiskFault.ts';
import type { EndSessionRequest as _balsa_admin_v1_EndSessionRequest, EndSessionRequest__Output as _balsa_admin_v1_EndSessionRequest__Output } from './balsa/admin/v1/EndSessionRequest.ts';
import type { EndSessionResponse as _balsa_admin_v1_EndSessionResponse, EndSessionResponse__Output as _balsa_admin_v1_EndSessionResponse__Output } from './balsa/admin/v1/EndSessionResponse.ts';
import type { EntrySample as _balsa_admin_v1_EntrySample, EntrySample__Output as _balsa_admin_v1_EntrySample__Output } from './balsa/admin/v1/EntrySample.ts';
import type { ExitFault as _balsa_admin_v1_ExitFault, ExitFault__Output as _balsa_admin_v1_ExitFault__Output } from './balsa/admin/v1/ExitFault.ts';
import type { Fault as _balsa_admin_v1_Fault, Fault__Output as _balsa_admin_v1_Fault__Output } from './balsa/admin/v1/Fault.ts';
import type { FaultServiceClient as _balsa_admin_v1_FaultServiceClient, FaultServiceDefinition as _balsa_admin_v1_FaultServiceDefinition } from './balsa/admin/v1/FaultService.ts';
import type { Field as _balsa_admin_v1_Field, Field__Output as _balsa_admin_v1_Field__Output } from './balsa/admin/v1/Field.ts';
import type { Figure as _balsa_admin_v1_Figure, Figure__Output as _balsa_admin_v1_Figure__Output } from './balsa/admin/v1/Figure.ts';
import type { FlowCount as _balsa_admin_v1_FlowCount, FlowCount__Output as _balsa_admin_v1_FlowCount__Output } from './balsa/admin/v1/FlowCount.ts';
import type { GetEntriesRequest as _balsa_admin_v1_GetEntriesRequest, GetEntriesRequest__Output as _balsa_admin_v1_GetEntriesRequest__Output } from './balsa/admin/v1/GetEntriesRequest.ts';
import type { GetEntriesResponse as _balsa_admin_v1_GetEntriesResponse, GetEntriesResponse__Output as _balsa_admin_v1_GetEntriesResponse__Output } from './balsa/admin/v1/GetEntriesResponse.ts';
import type { GetMembersRequest as _balsa_admin_v1_GetMembersRequest, GetMembersRequest__Output as _balsa_admin_v1_GetMembersRequest__Output } from './balsa/admin/v1/GetMembersRequest.ts';
import type { GetMembersResponse as _balsa_admin_v1_GetMembersResponse, GetMembersResponse__Output as _balsa_admin_v1_GetMembersResponse__Output } from './balsa/admin/v1/GetMembersResponse.ts';
import type { GetStatusRequest as _balsa_admin_v1_GetStatusRequest, GetStatusRequest__Output as _balsa_admin_v1_GetStatusRequest__Output } from './balsa/admin/v1/GetStatusRequest.ts';
import type { GetStatusResponse as _balsa_admin_v1_GetStatusResponse, GetStatusResponse__Output as _balsa_admin_v1_GetStatusResponse__Output } from './balsa/admin/v1/GetStatusResponse.ts';
import type { Histogram as _balsa_admin_v1_Histogram, Histogram__Output as _balsa_admin_v1_Histogram__Output } from './balsa/admin/v1/Histogram.ts';
import type { LinkFault as _balsa_admin_v1_LinkFault, LinkFault__Output as _balsa_admin_v1_LinkFault__Output } from './balsa/admin/v1/LinkFault.ts';
import type { ListFaultsRequest as _balsa_admin_v1_ListFaultsRequest, ListFaultsRequest__Output as _balsa_admin_v1_ListFaultsRequest__Output } from './balsa/admin/v1/ListFaultsRequest.ts';
import type { ListFaultsResponse as _balsa_admin_v1_ListFaultsResponse, ListFaultsResponse__Output as _balsa_admin_v1_ListFaultsResponse__Output } from './balsa/admin/v1/ListFaultsResponse.ts';
import type { ListSessionsRequest as _balsa_admin_v1_ListSessionsRequest, ListSessionsRequest__Output as _balsa_admin_v1_ListSessionsRequest__Output } from './balsa/admin/v1/ListSessionsRequest.ts';
import type { ListSessionsResponse as _balsa_admin_v1_ListSessionsResponse, ListSessionsResponse__Output as _balsa_admin_v1_ListSessionsResponse__Output } from './balsa/admin/v1/ListSessionsResponse.ts';
import type { Member as _balsa_admin_v1_Member, Member__Output as _balsa_admin_v1_Member__Output } from './balsa/admin/v1/Member.ts';
import type { MemberSample as _balsa_admin_v1_MemberSample, MemberSample__Output as _balsa_admin_v1_MemberSample__Output } from './balsa/admin/v1/MemberSample.ts';
import type { Numbers as _balsa_admin_v1_Numbers, Numbers__Output as _balsa_admin_v1_Numbers__Output } from './balsa/admin/v1/Numbers.ts';
import type { ObserveServiceClient as _balsa_admin_v1_ObserveServiceClient, ObserveServiceDefinition as _balsa_admin_v1_ObserveServiceDefinition } from './balsa/admin/v1/ObserveService.ts';
import type { PeerQueue as _balsa_admin_v1_PeerQueue, PeerQueue__Output as _balsa_admin_v1_PeerQueue__Output } from './balsa/admin/v1/PeerQueue.ts';
import type { PeerSample as _balsa_admin_v1_PeerSample, PeerSample__Output as _balsa_admin_v1_PeerSample__Output } from './balsa/admin/v1/PeerSample.ts';
import type { PeerStatus as _balsa_admin_v1_PeerStatus, PeerStatus__Output as _balsa_admin_v1_PeerStatus__Output } from './balsa/admin/v1/PeerStatus.ts';
import type { PromoteLearnerRequest as _balsa_admin_v1_PromoteLearnerRequest, PromoteLearnerRequest__Output as _balsa_admin_v1_PromoteLearnerRequest__Output } from './balsa/admin/v1/PromoteLearnerRequest.ts';
import type { PromoteLearnerResponse as _balsa_admin_v1_PromoteLearnerResponse, PromoteLearnerResponse__Output as _balsa_admin_v1_PromoteLearnerResponse__Output } from './balsa/admin/v1/PromoteLearnerResponse.ts';
import type { Queues as _balsa_admin_v1_Queues, Queues__Output as _balsa_admin_v1_Queues__Output } from './balsa/admin/v1/Queues.ts';
import type { Record as _balsa_admin_v1_Record, Record__Output as _balsa_admin_v1_Record__Output } from './balsa/admin/v1/Record.ts';
import type { RemoveNodeRequest as _balsa_admin_v1_RemoveNodeRequest, RemoveNodeRequest__Output as _balsa_admin_v1_RemoveNodeRequest__Output } from './balsa/admin/v1/RemoveNodeRequest.ts';
import type { RemoveNodeResponse as _balsa_admin_v1_RemoveNodeResponse, RemoveNodeResponse__Output as _balsa_admin_v1_RemoveNodeResponse__Output } from './balsa/admin/v1/RemoveNodeResponse.ts';
import type { ReplaceNodeRequest as _balsa_admin_v1_ReplaceNodeRequest, ReplaceNodeRequest__Output as _balsa_admin_v1_ReplaceNodeRequest__Output } from './balsa/admin/v1/ReplaceNodeRequest.ts';
import type { ReplaceNodeResponse as _balsa_admin_v1_ReplaceNodeResponse, ReplaceNodeResponse__Output as _balsa_admin_v1_ReplaceNodeResponse__Output } from './balsa/admin/v1/ReplaceNodeResponse.ts';
import type { Session as _balsa_admin_v1_Session, Session__Output as _balsa_admin_v1_Session__Output } from './balsa/admin/v1/Session.ts';
import type { SetFaultRequest as _balsa_admin_v1_SetFaultRequest, SetFaultRequest__Output as _balsa_admin_v1_SetFaultRequest__Output } from './balsa/admin/v1/SetFaultRequest.ts';
import type { SetFaultResponse as _balsa_admin_v1_SetFaultResponse, SetFaultResponse__Output as _balsa_admin_v1_SetFaultResponse__Output } from './balsa/admin/v1/SetFaultResponse.ts';
import type { SnapshotProgress as _balsa_admin_v1_SnapshotProgress, SnapshotProgress__Output as _balsa_admin_v1_SnapshotProgress__Output } from './balsa/admin/v1/SnapshotProgress.ts';
import type { StageSample as _balsa_admin_v1_StageSample, StageSample__Output as _balsa_admin_v1_StageSample__Output } from './balsa/admin/v1/StageSample.ts';
import type { StandingFault as _balsa_admin_v1_StandingFault, StandingFault__Output as _balsa_admin_v1_StandingFault__Output } from './balsa/admin/v1/StandingFault.ts';
import type { StateDigest as _balsa_admin_v1_StateDigest, StateDigest__Output as _balsa_admin_v1_StateDigest__Output } from './balsa/admin/v1/StateDigest.ts';
import type { StateSample as _balsa_admin_v1_StateSample, StateSample__Output as _balsa_admin_v1_StateSample__Output } from './balsa/admin/v1/StateSample.ts';
import type { SubscribeRequest as _balsa_admin_v1_SubscribeRequest, SubscribeRequest__Output as _balsa_admin_v1_SubscribeRequest__Output } from './balsa/admin/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _balsa_admin_v1_SubscribeResponse, SubscribeResponse__Output as _balsa_admin_v1_SubscribeResponse__Output } from './balsa/admin/v1/SubscribeResponse.ts';
import type { TermRun as _balsa_admin_v1_TermRun, TermRun__Output as _balsa_admin_v1_TermRun__Output } from './balsa/admin/v1/TermRun.ts';
import type { TransferLeadershipRequest as _balsa_admin_v1_TransferLeadershipRequest, TransferLeadershipRequest__Output as _balsa_admin_v1_TransferLeadershipRequest__Output } from './balsa/admin/v1/TransferLeadershipRequest.ts';
import type { TransferLeadershipResponse as _balsa_admin_v1_TransferLeadershipResponse, TransferLeadershipResponse__Output as _balsa_admin_v1_TransferLeadershipResponse__Output } from './balsa/admin/v1/TransferLeadershipResponse.ts';
import type { TurnFault as _balsa_admin_v1_TurnFault, TurnFault__Output as _balsa_admin_v1_TurnFault__Output } from './balsa/admin/v1/TurnFault.ts';
import type { Verification as _balsa_admin_v1_Verification, Verification__Output as _balsa_admin_v1_Verification__Output } from './balsa/admin/v1/Verification.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  balsa: {
    admin: {
      v1: {
        AddNodeRequest: MessageTypeDefinition<_balsa_admin_v1_AddNodeRequest, _balsa_admin_v1_AddNodeRequest__Output>
        AddNodeResponse: MessageTypeDefinition<_balsa_admin_v1_AddNodeResponse, _balsa_admin_v1_AddNodeResponse__Output>
        AdminService: SubtypeConstructor<typeof grpc.Client, _balsa_admin_v1_AdminServiceClient> & { service: _balsa_admin_v1_AdminServiceDefinition }
        CancelChangeRequest: MessageTypeDefinition<_balsa_admin_v1_CancelChangeRequest, _balsa_admin_v1_CancelChangeRequest__Output>
        CancelChangeResponse: MessageTypeDefinition<_balsa_admin_v1_CancelChangeResponse, _balsa_admin_v1_CancelChangeResponse__Output>
        ChangeAddressRequest: MessageTypeDefinition<_balsa_admin_v1_ChangeAddressRequest, _balsa_admin_v1_ChangeAddressRequest__Output>
        ChangeAddressResponse: MessageTypeDefinition<_balsa_admin_v1_ChangeAddressResponse, _balsa_admin_v1_ChangeAddressResponse__Output>
        ClearFaultsRequest: MessageTypeDefinition<_balsa_admin_v1_ClearFaultsRequest, _balsa_admin_v1_ClearFaultsRequest__Output>
        ClearFaultsResponse: MessageTypeDefinition<_balsa_admin_v1_ClearFaultsResponse, _balsa_admin_v1_ClearFaultsResponse__Output>
        DiskFault: MessageTypeDefinition<_balsa_admin_v1_DiskFault, _balsa_admin_v1_DiskFault__Output>
        EndSessionRequest: MessageTypeDefinition<_balsa_admin_v1_EndSessionRequest, _balsa_admin_v1_EndSessionRequest__Output>
        EndSessionResponse: MessageTypeDefinition<_balsa_admin_v1_EndSessionResponse, _balsa_admin_v1_EndSessionResponse__Output>
        EntrySample: MessageTypeDefinition<_balsa_admin_v1_EntrySample, _balsa_admin_v1_EntrySample__Output>
        ExitFault: MessageTypeDefinition<_balsa_admin_v1_ExitFault, _balsa_admin_v1_ExitFault__Output>
        Fault: MessageTypeDefinition<_balsa_admin_v1_Fault, _balsa_admin_v1_Fault__Output>
        FaultService: SubtypeConstructor<typeof grpc.Client, _balsa_admin_v1_FaultServiceClient> & { service: _balsa_admin_v1_FaultServiceDefinition }
        Field: MessageTypeDefinition<_balsa_admin_v1_Field, _balsa_admin_v1_Field__Output>
        Figure: MessageTypeDefinition<_balsa_admin_v1_Figure, _balsa_admin_v1_Figure__Output>
        FigureKind: EnumTypeDefinition
        FlowCount: MessageTypeDefinition<_balsa_admin_v1_FlowCount, _balsa_admin_v1_FlowCount__Output>
        GetEntriesRequest: MessageTypeDefinition<_balsa_admin_v1_GetEntriesRequest, _balsa_admin_v1_GetEntriesRequest__Output>
        GetEntriesResponse: MessageTypeDefinition<_balsa_admin_v1_GetEntriesResponse, _balsa_admin_v1_GetEntriesResponse__Output>
        GetMembersRequest: MessageTypeDefinition<_balsa_admin_v1_GetMembersRequest, _balsa_admin_v1_GetMembersRequest__Output>
        GetMembersResponse: MessageTypeDefinition<_balsa_admin_v1_GetMembersResponse, _balsa_admin_v1_GetMembersResponse__Output>
        GetStatusRequest: MessageTypeDefinition<_balsa_admin_v1_GetStatusRequest, _balsa_admin_v1_GetStatusRequest__Output>
        GetStatusResponse: MessageTypeDefinition<_balsa_admin_v1_GetStatusResponse, _balsa_admin_v1_GetStatusResponse__Output>
        Histogram: MessageTypeDefinition<_balsa_admin_v1_Histogram, _balsa_admin_v1_Histogram__Output>
        LinkDirection: EnumTypeDefinition
        LinkFault: MessageTypeDefinition<_balsa_admin_v1_LinkFault, _balsa_admin_v1_LinkFault__Output>
        LinkState: EnumTypeDefinition
        ListFaultsRequest: MessageTypeDefinition<_balsa_admin_v1_ListFaultsRequest, _balsa_admin_v1_ListFaultsRequest__Output>
        ListFaultsResponse: MessageTypeDefinition<_balsa_admin_v1_ListFaultsResponse, _balsa_admin_v1_ListFaultsResponse__Output>
        ListSessionsRequest: MessageTypeDefinition<_balsa_admin_v1_ListSessionsRequest, _balsa_admin_v1_ListSessionsRequest__Output>
        ListSessionsResponse: MessageTypeDefinition<_balsa_admin_v1_ListSessionsResponse, _balsa_admin_v1_ListSessionsResponse__Output>
        Member: MessageTypeDefinition<_balsa_admin_v1_Member, _balsa_admin_v1_Member__Output>
        MemberRole: EnumTypeDefinition
        MemberSample: MessageTypeDefinition<_balsa_admin_v1_MemberSample, _balsa_admin_v1_MemberSample__Output>
        Numbers: MessageTypeDefinition<_balsa_admin_v1_Numbers, _balsa_admin_v1_Numbers__Output>
        ObserveService: SubtypeConstructor<typeof grpc.Client, _balsa_admin_v1_ObserveServiceClient> & { service: _balsa_admin_v1_ObserveServiceDefinition }
        PeerQueue: MessageTypeDefinition<_balsa_admin_v1_PeerQueue, _balsa_admin_v1_PeerQueue__Output>
        PeerSample: MessageTypeDefinition<_balsa_admin_v1_PeerSample, _balsa_admin_v1_PeerSample__Output>
        PeerStatus: MessageTypeDefinition<_balsa_admin_v1_PeerStatus, _balsa_admin_v1_PeerStatus__Output>
        PromoteLearnerRequest: MessageTypeDefinition<_balsa_admin_v1_PromoteLearnerRequest, _balsa_admin_v1_PromoteLearnerRequest__Output>
        PromoteLearnerResponse: MessageTypeDefinition<_balsa_admin_v1_PromoteLearnerResponse, _balsa_admin_v1_PromoteLearnerResponse__Output>
        Queues: MessageTypeDefinition<_balsa_admin_v1_Queues, _balsa_admin_v1_Queues__Output>
        Record: MessageTypeDefinition<_balsa_admin_v1_Record, _balsa_admin_v1_Record__Output>
        RemoveNodeRequest: MessageTypeDefinition<_balsa_admin_v1_RemoveNodeRequest, _balsa_admin_v1_RemoveNodeRequest__Output>
        RemoveNodeResponse: MessageTypeDefinition<_balsa_admin_v1_RemoveNodeResponse, _balsa_admin_v1_RemoveNodeResponse__Output>
        ReplaceNodeRequest: MessageTypeDefinition<_balsa_admin_v1_ReplaceNodeRequest, _balsa_admin_v1_ReplaceNodeRequest__Output>
        ReplaceNodeResponse: MessageTypeDefinition<_balsa_admin_v1_ReplaceNodeResponse, _balsa_admin_v1_ReplaceNodeResponse__Output>
        Role: EnumTypeDefinition
        Session: MessageTypeDefinition<_balsa_admin_v1_Session, _balsa_admin_v1_Session__Output>
        SetFaultRequest: MessageTypeDefinition<_balsa_admin_v1_SetFaultRequest, _balsa_admin_v1_SetFaultRequest__Output>
        SetFaultResponse: MessageTypeDefinition<_balsa_admin_v1_SetFaultResponse, _balsa_admin_v1_SetFaultResponse__Output>
        SnapshotProgress: MessageTypeDefinition<_balsa_admin_v1_SnapshotProgress, _balsa_admin_v1_SnapshotProgress__Output>
        StageSample: MessageTypeDefinition<_balsa_admin_v1_StageSample, _balsa_admin_v1_StageSample__Output>
        StandingFault: MessageTypeDefinition<_balsa_admin_v1_StandingFault, _balsa_admin_v1_StandingFault__Output>
        StateDigest: MessageTypeDefinition<_balsa_admin_v1_StateDigest, _balsa_admin_v1_StateDigest__Output>
        StateSample: MessageTypeDefinition<_balsa_admin_v1_StateSample, _balsa_admin_v1_StateSample__Output>
        SubscribeRequest: MessageTypeDefinition<_balsa_admin_v1_SubscribeRequest, _balsa_admin_v1_SubscribeRequest__Output>
        SubscribeResponse: MessageTypeDefinition<_balsa_admin_v1_SubscribeResponse, _balsa_admin_v1_SubscribeResponse__Output>
        TermRun: MessageTypeDefinition<_balsa_admin_v1_TermRun, _balsa_admin_v1_TermRun__Output>
        TransferLeadershipRequest: MessageTypeDefinition<_balsa_admin_v1_TransferLeadershipRequest, _balsa_admin_v1_TransferLeadershipRequest__Output>
        TransferLeadershipResponse: MessageTypeDefinition<_balsa_admin_v1_TransferLeadershipResponse, _balsa_admin_v1_TransferLeadershipResponse__Output>
        TurnFault: MessageTypeDefinition<_balsa_admin_v1_TurnFault, _balsa_admin_v1_TurnFault__Output>
        Verification: MessageTypeDefinition<_balsa_admin_v1_Verification, _balsa_admin_v1_Verification__Output>
      }
    }
  }
}

