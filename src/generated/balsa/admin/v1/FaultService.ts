// Original file: proto/balsa/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ClearFaultsRequest as _balsa_admin_v1_ClearFaultsRequest, ClearFaultsRequest__Output as _balsa_admin_v1_ClearFaultsRequest__Output } from '../../../balsa/admin/v1/ClearFaultsRequest.ts';
import type { ClearFaultsResponse as _balsa_admin_v1_ClearFaultsResponse, ClearFaultsResponse__Output as _balsa_admin_v1_ClearFaultsResponse__Output } from '../../../balsa/admin/v1/ClearFaultsResponse.ts';
import type { ListFaultsRequest as _balsa_admin_v1_ListFaultsRequest, ListFaultsRequest__Output as _balsa_admin_v1_ListFaultsRequest__Output } from '../../../balsa/admin/v1/ListFaultsRequest.ts';
import type { ListFaultsResponse as _balsa_admin_v1_ListFaultsResponse, ListFaultsResponse__Output as _balsa_admin_v1_ListFaultsResponse__Output } from '../../../balsa/admin/v1/ListFaultsResponse.ts';
import type { SetFaultRequest as _balsa_admin_v1_SetFaultRequest, SetFaultRequest__Output as _balsa_admin_v1_SetFaultRequest__Output } from '../../../balsa/admin/v1/SetFaultRequest.ts';
import type { SetFaultResponse as _balsa_admin_v1_SetFaultResponse, SetFaultResponse__Output as _balsa_admin_v1_SetFaultResponse__Output } from '../../../balsa/admin/v1/SetFaultResponse.ts';

export interface FaultServiceClient extends grpc.Client {
  ClearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  ClearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  ClearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  ClearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  clearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  clearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  clearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  clearFaults(argument: _balsa_admin_v1_ClearFaultsRequest, callback: grpc.requestCallback<_balsa_admin_v1_ClearFaultsResponse__Output>): grpc.ClientUnaryCall;
  
  ListFaults(argument: _balsa_admin_v1_ListFaultsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  ListFaults(argument: _balsa_admin_v1_ListFaultsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  ListFaults(argument: _balsa_admin_v1_ListFaultsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  ListFaults(argument: _balsa_admin_v1_ListFaultsRequest, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  listFaults(argument: _balsa_admin_v1_ListFaultsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  listFaults(argument: _balsa_admin_v1_ListFaultsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  listFaults(argument: _balsa_admin_v1_ListFaultsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  listFaults(argument: _balsa_admin_v1_ListFaultsRequest, callback: grpc.requestCallback<_balsa_admin_v1_ListFaultsResponse__Output>): grpc.ClientUnaryCall;
  
  SetFault(argument: _balsa_admin_v1_SetFaultRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  SetFault(argument: _balsa_admin_v1_SetFaultRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  SetFault(argument: _balsa_admin_v1_SetFaultRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  SetFault(argument: _balsa_admin_v1_SetFaultRequest, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  setFault(argument: _balsa_admin_v1_SetFaultRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  setFault(argument: _balsa_admin_v1_SetFaultRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  setFault(argument: _balsa_admin_v1_SetFaultRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  setFault(argument: _balsa_admin_v1_SetFaultRequest, callback: grpc.requestCallback<_balsa_admin_v1_SetFaultResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface FaultServiceHandlers extends grpc.UntypedServiceImplementation {
  ClearFaults: grpc.handleUnaryCall<_balsa_admin_v1_ClearFaultsRequest__Output, _balsa_admin_v1_ClearFaultsResponse>;
  
  ListFaults: grpc.handleUnaryCall<_balsa_admin_v1_ListFaultsRequest__Output, _balsa_admin_v1_ListFaultsResponse>;
  
  SetFault: grpc.handleUnaryCall<_balsa_admin_v1_SetFaultRequest__Output, _balsa_admin_v1_SetFaultResponse>;
  
}

export interface FaultServiceDefinition extends grpc.ServiceDefinition {
  ClearFaults: MethodDefinition<_balsa_admin_v1_ClearFaultsRequest, _balsa_admin_v1_ClearFaultsResponse, _balsa_admin_v1_ClearFaultsRequest__Output, _balsa_admin_v1_ClearFaultsResponse__Output>
  ListFaults: MethodDefinition<_balsa_admin_v1_ListFaultsRequest, _balsa_admin_v1_ListFaultsResponse, _balsa_admin_v1_ListFaultsRequest__Output, _balsa_admin_v1_ListFaultsResponse__Output>
  SetFault: MethodDefinition<_balsa_admin_v1_SetFaultRequest, _balsa_admin_v1_SetFaultResponse, _balsa_admin_v1_SetFaultRequest__Output, _balsa_admin_v1_SetFaultResponse__Output>
}
