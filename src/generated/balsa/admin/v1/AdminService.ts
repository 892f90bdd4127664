// Original file: proto/balsa/admin/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetStatusRequest as _balsa_admin_v1_GetStatusRequest, GetStatusRequest__Output as _balsa_admin_v1_GetStatusRequest__Output } from '../../../balsa/admin/v1/GetStatusRequest.ts';
import type { GetStatusResponse as _balsa_admin_v1_GetStatusResponse, GetStatusResponse__Output as _balsa_admin_v1_GetStatusResponse__Output } from '../../../balsa/admin/v1/GetStatusResponse.ts';

export interface AdminServiceClient extends grpc.Client {
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  GetStatus(argument: _balsa_admin_v1_GetStatusRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  getStatus(argument: _balsa_admin_v1_GetStatusRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetStatusResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  GetStatus: grpc.handleUnaryCall<_balsa_admin_v1_GetStatusRequest__Output, _balsa_admin_v1_GetStatusResponse>;
  
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  GetStatus: MethodDefinition<_balsa_admin_v1_GetStatusRequest, _balsa_admin_v1_GetStatusResponse, _balsa_admin_v1_GetStatusRequest__Output, _balsa_admin_v1_GetStatusResponse__Output>
}
