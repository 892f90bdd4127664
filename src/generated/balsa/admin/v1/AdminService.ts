// Original file: proto/balsa/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AddNodeRequest as _balsa_admin_v1_AddNodeRequest, AddNodeRequest__Output as _balsa_admin_v1_AddNodeRequest__Output } from '../../../balsa/admin/v1/AddNodeRequest.ts';
import type { AddNodeResponse as _balsa_admin_v1_AddNodeResponse, AddNodeResponse__Output as _balsa_admin_v1_AddNodeResponse__Output } from '../../../balsa/admin/v1/AddNodeResponse.ts';
import type { CancelChangeRequest as _balsa_admin_v1_CancelChangeRequest, CancelChangeRequest__Output as _balsa_admin_v1_CancelChangeRequest__Output } from '../../../balsa/admin/v1/CancelChangeRequest.ts';
import type { CancelChangeResponse as _balsa_admin_v1_CancelChangeResponse, CancelChangeResponse__Output as _balsa_admin_v1_CancelChangeResponse__Output } from '../../../balsa/admin/v1/CancelChangeResponse.ts';
import type { ChangeAddressRequest as _balsa_admin_v1_ChangeAddressRequest, ChangeAddressRequest__Output as _balsa_admin_v1_ChangeAddressRequest__Output } from '../../../balsa/admin/v1/ChangeAddressRequest.ts';
import type { ChangeAddressResponse as _balsa_admin_v1_ChangeAddressResponse, ChangeAddressResponse__Output as _balsa_admin_v1_ChangeAddressResponse__Output } from '../../../balsa/admin/v1/ChangeAddressResponse.ts';
import type { EndSessionRequest as _balsa_admin_v1_EndSessionRequest, EndSessionRequest__Output as _balsa_admin_v1_EndSessionRequest__Output } from '../../../balsa/admin/v1/EndSessionRequest.ts';
import type { EndSessionResponse as _balsa_admin_v1_EndSessionResponse, EndSessionResponse__Output as _balsa_admin_v1_EndSessionResponse__Output } from '../../../balsa/admin/v1/EndSessionResponse.ts';
import type { GetMembersRequest as _balsa_admin_v1_GetMembersRequest, GetMembersRequest__Output as _balsa_admin_v1_GetMembersRequest__Output } from '../../../balsa/admin/v1/GetMembersRequest.ts';
import type { GetMembersResponse as _balsa_admin_v1_GetMembersResponse, GetMembersResponse__Output as _balsa_admin_v1_GetMembersResponse__Output } from '../../../balsa/admin/v1/GetMembersResponse.ts';
import type { GetStatusRequest as _balsa_admin_v1_GetStatusRequest, GetStatusRequest__Output as _balsa_admin_v1_GetStatusRequest__Output } from '../../../balsa/admin/v1/GetStatusRequest.ts';
import type { GetStatusResponse as _balsa_admin_v1_GetStatusResponse, GetStatusResponse__Output as _balsa_admin_v1_GetStatusResponse__Output } from '../../../balsa/admin/v1/GetStatusResponse.ts';
import type { ListSessionsRequest as _balsa_admin_v1_ListSessionsRequest, ListSessionsRequest__Output as _balsa_admin_v1_ListSessionsRequest__Output } from '../../../balsa/admin/v1/ListSessionsRequest.ts';
import type { ListSessionsResponse as _balsa_admin_v1_ListSessionsResponse, ListSessionsResponse__Output as _balsa_admin_v1_ListSessionsResponse__Output } from '../../../balsa/admin/v1/ListSessionsResponse.ts';
import type { PromoteLearnerRequest as _balsa_admin_v1_PromoteLearnerRequest, PromoteLearnerRequest__Output as _balsa_admin_v1_PromoteLearnerRequest__Output } from '../../../balsa/admin/v1/PromoteLearnerRequest.ts';
import type { PromoteLearnerResponse as _balsa_admin_v1_PromoteLearnerResponse, PromoteLearnerResponse__Output as _balsa_admin_v1_PromoteLearnerResponse__Output } from '../../../balsa/admin/v1/PromoteLearnerResponse.ts';
import type { RemoveNodeRequest as _balsa_admin_v1_RemoveNodeRequest, RemoveNodeRequest__Output as _balsa_admin_v1_RemoveNodeRequest__Output } from '../../../balsa/admin/v1/RemoveNodeRequest.ts';
import type { RemoveNodeResponse as _balsa_admin_v1_RemoveNodeResponse, RemoveNodeResponse__Output as _balsa_admin_v1_RemoveNodeResponse__Output } from '../../../balsa/admin/v1/RemoveNodeResponse.ts';
import type { ReplaceNodeRequest as _balsa_admin_v1_ReplaceNodeRequest, ReplaceNodeRequest__Output as _balsa_admin_v1_ReplaceNodeRequest__Output } from '../../../balsa/admin/v1/ReplaceNodeRequest.ts';
import type { ReplaceNodeResponse as _balsa_admin_v1_ReplaceNodeResponse, ReplaceNodeResponse__Output as _balsa_admin_v1_ReplaceNodeResponse__Output } from '../../../balsa/admin/v1/ReplaceNodeResponse.ts';
import type { TransferLeadershipRequest as _balsa_admin_v1_TransferLeadershipRequest, TransferLeadershipRequest__Output as _balsa_admin_v1_TransferLeadershipRequest__Output } from '../../../balsa/admin/v1/TransferLeadershipRequest.ts';
import type { TransferLeadershipResponse as _balsa_admin_v1_TransferLeadershipResponse, TransferLeadershipResponse__Output as _balsa_admin_v1_TransferLeadershipResponse__Output } from '../../../balsa/admin/v1/TransferLeadershipResponse.ts';

export interface AdminServiceClient extends grpc.Client {
  AddNode(argument: _balsa_admin_v1_AddNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  AddNode(argument: _balsa_admin_v1_AddNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  AddNode(argument: _balsa_admin_v1_AddNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  AddNode(argument: _balsa_admin_v1_AddNodeRequest, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  addNode(argument: _balsa_admin_v1_AddNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  addNode(argument: _balsa_admin_v1_AddNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  addNode(argument: _balsa_admin_v1_AddNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  addNode(argument: _balsa_admin_v1_AddNodeRequest, callback: grpc.requestCallback<_balsa_admin_v1_AddNodeResponse__Output>): grpc.ClientUnaryCall;
  
  CancelChange(argument: _balsa_admin_v1_CancelChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  CancelChange(argument: _balsa_admin_v1_CancelChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  CancelChange(argument: _balsa_admin_v1_CancelChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  CancelChange(argument: _balsa_admin_v1_CancelChangeRequest, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  cancelChange(argument: _balsa_admin_v1_CancelChangeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  cancelChange(argument: _balsa_admin_v1_CancelChangeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  cancelChange(argument: _balsa_admin_v1_CancelChangeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  cancelChange(argument: _balsa_admin_v1_CancelChangeRequest, callback: grpc.requestCallback<_balsa_admin_v1_CancelChangeResponse__Output>): grpc.ClientUnaryCall;
  
  ChangeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  ChangeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  ChangeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  ChangeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  changeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  changeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  changeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  changeAddress(argument: _balsa_admin_v1_ChangeAddressRequest, callback: grpc.requestCallback<_balsa_admin_v1_ChangeAddressResponse__Output>): grpc.ClientUnaryCall;
  
  EndSession(argument: _balsa_admin_v1_EndSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  EndSession(argument: _balsa_admin_v1_EndSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  EndSession(argument: _balsa_admin_v1_EndSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  EndSession(argument: _balsa_admin_v1_EndSessionRequest, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  endSession(argument: _balsa_admin_v1_EndSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  endSession(argument: _balsa_admin_v1_EndSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  endSession(argument: _balsa_admin_v1_EndSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  endSession(argument: _balsa_admin_v1_EndSessionRequest, callback: grpc.requestCallback<_balsa_admin_v1_EndSessionResponse__Output>): grpc.ClientUnaryCall;
  
  GetMembers(argument: _balsa_admin_v1_GetMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  GetMembers(argument: _balsa_admin_v1_GetMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  GetMembers(argument: _balsa_admin_v1_GetMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  GetMembers(argument: _balsa_admin_v1_GetMembersRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  getMembers(argument: _balsa_admin_v1_GetMembersRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  getMembers(argument: _balsa_admin_v1_GetMembersRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  getMembers(argument: _balsa_admin_v1_GetMembersRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  getMembers(argument: _balsa_admin_v1_GetMembersRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetMembersResponse__Output>): grpc.ClientUnaryCall;
  
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  
  ListSessions(argument: _balsa_admin_v1_ListSessionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  ListSessions(argument: _balsa_admin_v1_ListSessionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  ListSessions(argument: _balsa_admin_v1_ListSessionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  ListSessions(argument: _balsa_admin_v1_ListSessionsRequest, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  listSessions(argument: _balsa_admin_v1_ListSessionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  listSessions(argument: _balsa_admin_v1_ListSessionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  listSessions(argument: _balsa_admin_v1_ListSessionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  listSessions(argument: _balsa_admin_v1_ListSessionsRequest, callback: grpc.requestCallback<_balsa_admin_v1_ListSessionsResponse__Output>): grpc.ClientUnaryCall;
  
  PromoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  PromoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  PromoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  PromoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  promoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  promoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  promoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  promoteLearner(argument: _balsa_admin_v1_PromoteLearnerRequest, callback: grpc.requestCallback<_balsa_admin_v1_PromoteLearnerResponse__Output>): grpc.ClientUnaryCall;
  
  RemoveNode(argument: _balsa_admin_v1_RemoveNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  RemoveNode(argument: _balsa_admin_v1_RemoveNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  RemoveNode(argument: _balsa_admin_v1_RemoveNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  RemoveNode(argument: _balsa_admin_v1_RemoveNodeRequest, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  removeNode(argument: _balsa_admin_v1_RemoveNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  removeNode(argument: _balsa_admin_v1_RemoveNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  removeNode(argument: _balsa_admin_v1_RemoveNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  removeNode(argument: _balsa_admin_v1_RemoveNodeRequest, callback: grpc.requestCallback<_balsa_admin_v1_RemoveNodeResponse__Output>): grpc.ClientUnaryCall;
  
  ReplaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  ReplaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  ReplaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  ReplaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  replaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  replaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  replaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  replaceNode(argument: _balsa_admin_v1_ReplaceNodeRequest, callback: grpc.requestCallback<_balsa_admin_v1_ReplaceNodeResponse__Output>): grpc.ClientUnaryCall;
  
  TransferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  TransferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  TransferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  TransferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  transferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  transferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  transferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  transferLeadership(argument: _balsa_admin_v1_TransferLeadershipRequest, callback: grpc.requestCallback<_balsa_admin_v1_TransferLeadershipResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  AddNode: grpc.handleUnaryCall<_balsa_admin_v1_AddNodeRequest__Output, _balsa_admin_v1_AddNodeResponse>;
  
  CancelChange: grpc.handleUnaryCall<_balsa_admin_v1_CancelChangeRequest__Output, _balsa_admin_v1_CancelChangeResponse>;
  
  ChangeAddress: grpc.handleUnaryCall<_balsa_admin_v1_ChangeAddressRequest__Output, _balsa_admin_v1_ChangeAddressResponse>;
  
  EndSession: grpc.handleUnaryCall<_balsa_admin_v1_EndSessionRequest__Output, _balsa_admin_v1_EndSessionResponse>;
  
  GetMembers: grpc.handleUnaryCall<_balsa_admin_v1_GetMembersRequest__Output, _balsa_admin_v1_GetMembersResponse>;
  
  GetStatus: grpc.handleUnaryCall<_balsa_admin_v1_GetStatusRequest__Output, _balsa_admin_v1_GetStatusResponse>;
  
  ListSessions: grpc.handleUnaryCall<_balsa_admin_v1_ListSessionsRequest__Output, _balsa_admin_v1_ListSessionsResponse>;
  
  PromoteLearner: grpc.handleUnaryCall<_balsa_admin_v1_PromoteLearnerRequest__Output, _balsa_admin_v1_PromoteLearnerResponse>;
  
  RemoveNode: grpc.handleUnaryCall<_balsa_admin_v1_RemoveNodeRequest__Output, _balsa_admin_v1_RemoveNodeResponse>;
  
  ReplaceNode: grpc.handleUnaryCall<_balsa_admin_v1_ReplaceNodeRequest__Output, _balsa_admin_v1_ReplaceNodeResponse>;
  
  TransferLeadership: grpc.handleUnaryCall<_balsa_admin_v1_TransferLeadershipRequest__Output, _balsa_admin_v1_TransferLeadershipResponse>;
  
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  AddNode: MethodDefinition<_balsa_admin_v1_AddNodeRequest, _balsa_admin_v1_AddNodeResponse, _balsa_admin_v1_AddNodeRequest__Output, _balsa_admin_v1_AddNodeResponse__Output>
  CancelChange: MethodDefinition<_balsa_admin_v1_CancelChangeRequest, _balsa_admin_v1_CancelChangeResponse, _balsa_admin_v1_CancelChangeRequest__Output, _balsa_admin_v1_CancelChangeResponse__Output>
  ChangeAddress: MethodDefinition<_balsa_admin_v1_ChangeAddressRequest, _balsa_admin_v1_ChangeAddressResponse, _balsa_admin_v1_ChangeAddressRequest__Output, _balsa_admin_v1_ChangeAddressResponse__Output>
  EndSession: MethodDefinition<_balsa_admin_v1_EndSessionRequest, _balsa_admin_v1_EndSessionResponse, _balsa_admin_v1_EndSessionRequest__Output, _balsa_admin_v1_EndSessionResponse__Output>
  GetMembers: MethodDefinition<_balsa_admin_v1_GetMembersRequest, _balsa_admin_v1_GetMembersResponse, _balsa_admin_v1_GetMembersRequest__Output, _balsa_admin_v1_GetMembersResponse__Output>
  GetStatus: MethodDefinition<_balsa_admin_v1_GetStatusRequest, _balsa_admin_v1_GetStatusResponse, _balsa_admin_v1_GetStatusRequest__Output, _balsa_admin_v1_GetStatusResponse__Output>
  ListSessions: MethodDefinition<_balsa_admin_v1_ListSessionsRequest, _balsa_admin_v1_ListSessionsResponse, _balsa_admin_v1_ListSessionsRequest__Output, _balsa_admin_v1_ListSessionsResponse__Output>
  PromoteLearner: MethodDefinition<_balsa_admin_v1_PromoteLearnerRequest, _balsa_admin_v1_PromoteLearnerResponse, _balsa_admin_v1_PromoteLearnerRequest__Output, _balsa_admin_v1_PromoteLearnerResponse__Output>
  RemoveNode: MethodDefinition<_balsa_admin_v1_RemoveNodeRequest, _balsa_admin_v1_RemoveNodeResponse, _balsa_admin_v1_RemoveNodeRequest__Output, _balsa_admin_v1_RemoveNodeResponse__Output>
  ReplaceNode: MethodDefinition<_balsa_admin_v1_ReplaceNodeRequest, _balsa_admin_v1_ReplaceNodeResponse, _balsa_admin_v1_ReplaceNodeRequest__Output, _balsa_admin_v1_ReplaceNodeResponse__Output>
  TransferLeadership: MethodDefinition<_balsa_admin_v1_TransferLeadershipRequest, _balsa_admin_v1_TransferLeadershipResponse, _balsa_admin_v1_TransferLeadershipRequest__Output, _balsa_admin_v1_TransferLeadershipResponse__Output>
}
