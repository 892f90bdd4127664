// Original file: proto/balsa/admin/v1/observe.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetEntriesRequest as _balsa_admin_v1_GetEntriesRequest, GetEntriesRequest__Output as _balsa_admin_v1_GetEntriesRequest__Output } from '../../../balsa/admin/v1/GetEntriesRequest.ts';
import type { GetEntriesResponse as _balsa_admin_v1_GetEntriesResponse, GetEntriesResponse__Output as _balsa_admin_v1_GetEntriesResponse__Output } from '../../../balsa/admin/v1/GetEntriesResponse.ts';
import type { SubscribeRequest as _balsa_admin_v1_SubscribeRequest, SubscribeRequest__Output as _balsa_admin_v1_SubscribeRequest__Output } from '../../../balsa/admin/v1/SubscribeRequest.ts';
import type { SubscribeResponse as _balsa_admin_v1_SubscribeResponse, SubscribeResponse__Output as _balsa_admin_v1_SubscribeResponse__Output } from '../../../balsa/admin/v1/SubscribeResponse.ts';

export interface ObserveServiceClient extends grpc.Client {
  GetEntries(argument: _balsa_admin_v1_GetEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  GetEntries(argument: _balsa_admin_v1_GetEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  GetEntries(argument: _balsa_admin_v1_GetEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  GetEntries(argument: _balsa_admin_v1_GetEntriesRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  getEntries(argument: _balsa_admin_v1_GetEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  getEntries(argument: _balsa_admin_v1_GetEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  getEntries(argument: _balsa_admin_v1_GetEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  getEntries(argument: _balsa_admin_v1_GetEntriesRequest, callback: grpc.requestCallback<_balsa_admin_v1_GetEntriesResponse__Output>): grpc.ClientUnaryCall;
  
  Subscribe(argument: _balsa_admin_v1_SubscribeRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_admin_v1_SubscribeResponse__Output>;
  Subscribe(argument: _balsa_admin_v1_SubscribeRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_admin_v1_SubscribeResponse__Output>;
  subscribe(argument: _balsa_admin_v1_SubscribeRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_admin_v1_SubscribeResponse__Output>;
  subscribe(argument: _balsa_admin_v1_SubscribeRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_admin_v1_SubscribeResponse__Output>;
  
}

export interface ObserveServiceHandlers extends grpc.UntypedServiceImplementation {
  GetEntries: grpc.handleUnaryCall<_balsa_admin_v1_GetEntriesRequest__Output, _balsa_admin_v1_GetEntriesResponse>;
  
  Subscribe: grpc.handleServerStreamingCall<_balsa_admin_v1_SubscribeRequest__Output, _balsa_admin_v1_SubscribeResponse>;
  
}

export interface ObserveServiceDefinition extends grpc.ServiceDefinition {
  GetEntries: MethodDefinition<_balsa_admin_v1_GetEntriesRequest, _balsa_admin_v1_GetEntriesResponse, _balsa_admin_v1_GetEntriesRequest__Output, _balsa_admin_v1_GetEntriesResponse__Output>
  Subscribe: MethodDefinition<_balsa_admin_v1_SubscribeRequest, _balsa_admin_v1_SubscribeResponse, _balsa_admin_v1_SubscribeRequest__Output, _balsa_admin_v1_SubscribeResponse__Output>
}
