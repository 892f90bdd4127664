// Original file: proto/balsa/client/v1/client.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CloseSessionRequest as _balsa_client_v1_CloseSessionRequest, CloseSessionRequest__Output as _balsa_client_v1_CloseSessionRequest__Output } from '../../../balsa/client/v1/CloseSessionRequest.ts';
import type { CloseSessionResponse as _balsa_client_v1_CloseSessionResponse, CloseSessionResponse__Output as _balsa_client_v1_CloseSessionResponse__Output } from '../../../balsa/client/v1/CloseSessionResponse.ts';
import type { KeepSessionRequest as _balsa_client_v1_KeepSessionRequest, KeepSessionRequest__Output as _balsa_client_v1_KeepSessionRequest__Output } from '../../../balsa/client/v1/KeepSessionRequest.ts';
import type { KeepSessionResponse as _balsa_client_v1_KeepSessionResponse, KeepSessionResponse__Output as _balsa_client_v1_KeepSessionResponse__Output } from '../../../balsa/client/v1/KeepSessionResponse.ts';
import type { OpenSessionRequest as _balsa_client_v1_OpenSessionRequest, OpenSessionRequest__Output as _balsa_client_v1_OpenSessionRequest__Output } from '../../../balsa/client/v1/OpenSessionRequest.ts';
import type { OpenSessionResponse as _balsa_client_v1_OpenSessionResponse, OpenSessionResponse__Output as _balsa_client_v1_OpenSessionResponse__Output } from '../../../balsa/client/v1/OpenSessionResponse.ts';
import type { ReadRequest as _balsa_client_v1_ReadRequest, ReadRequest__Output as _balsa_client_v1_ReadRequest__Output } from '../../../balsa/client/v1/ReadRequest.ts';
import type { ReadResponse as _balsa_client_v1_ReadResponse, ReadResponse__Output as _balsa_client_v1_ReadResponse__Output } from '../../../balsa/client/v1/ReadResponse.ts';
import type { ReadStreamRequest as _balsa_client_v1_ReadStreamRequest, ReadStreamRequest__Output as _balsa_client_v1_ReadStreamRequest__Output } from '../../../balsa/client/v1/ReadStreamRequest.ts';
import type { ReadStreamResponse as _balsa_client_v1_ReadStreamResponse, ReadStreamResponse__Output as _balsa_client_v1_ReadStreamResponse__Output } from '../../../balsa/client/v1/ReadStreamResponse.ts';
import type { ScanRequest as _balsa_client_v1_ScanRequest, ScanRequest__Output as _balsa_client_v1_ScanRequest__Output } from '../../../balsa/client/v1/ScanRequest.ts';
import type { ScanResponse as _balsa_client_v1_ScanResponse, ScanResponse__Output as _balsa_client_v1_ScanResponse__Output } from '../../../balsa/client/v1/ScanResponse.ts';
import type { SubmitRequest as _balsa_client_v1_SubmitRequest, SubmitRequest__Output as _balsa_client_v1_SubmitRequest__Output } from '../../../balsa/client/v1/SubmitRequest.ts';
import type { SubmitResponse as _balsa_client_v1_SubmitResponse, SubmitResponse__Output as _balsa_client_v1_SubmitResponse__Output } from '../../../balsa/client/v1/SubmitResponse.ts';
import type { SubmitStreamRequest as _balsa_client_v1_SubmitStreamRequest, SubmitStreamRequest__Output as _balsa_client_v1_SubmitStreamRequest__Output } from '../../../balsa/client/v1/SubmitStreamRequest.ts';
import type { SubmitStreamResponse as _balsa_client_v1_SubmitStreamResponse, SubmitStreamResponse__Output as _balsa_client_v1_SubmitStreamResponse__Output } from '../../../balsa/client/v1/SubmitStreamResponse.ts';
import type { WatchRequest as _balsa_client_v1_WatchRequest, WatchRequest__Output as _balsa_client_v1_WatchRequest__Output } from '../../../balsa/client/v1/WatchRequest.ts';
import type { WatchResponse as _balsa_client_v1_WatchResponse, WatchResponse__Output as _balsa_client_v1_WatchResponse__Output } from '../../../balsa/client/v1/WatchResponse.ts';

export interface ClientServiceClient extends grpc.Client {
  CloseSession(argument: _balsa_client_v1_CloseSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  CloseSession(argument: _balsa_client_v1_CloseSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  CloseSession(argument: _balsa_client_v1_CloseSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  CloseSession(argument: _balsa_client_v1_CloseSessionRequest, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  closeSession(argument: _balsa_client_v1_CloseSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  closeSession(argument: _balsa_client_v1_CloseSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  closeSession(argument: _balsa_client_v1_CloseSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  closeSession(argument: _balsa_client_v1_CloseSessionRequest, callback: grpc.requestCallback<_balsa_client_v1_CloseSessionResponse__Output>): grpc.ClientUnaryCall;
  
  KeepSession(argument: _balsa_client_v1_KeepSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  KeepSession(argument: _balsa_client_v1_KeepSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  KeepSession(argument: _balsa_client_v1_KeepSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  KeepSession(argument: _balsa_client_v1_KeepSessionRequest, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  keepSession(argument: _balsa_client_v1_KeepSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  keepSession(argument: _balsa_client_v1_KeepSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  keepSession(argument: _balsa_client_v1_KeepSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  keepSession(argument: _balsa_client_v1_KeepSessionRequest, callback: grpc.requestCallback<_balsa_client_v1_KeepSessionResponse__Output>): grpc.ClientUnaryCall;
  
  OpenSession(argument: _balsa_client_v1_OpenSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  OpenSession(argument: _balsa_client_v1_OpenSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  OpenSession(argument: _balsa_client_v1_OpenSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  OpenSession(argument: _balsa_client_v1_OpenSessionRequest, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  openSession(argument: _balsa_client_v1_OpenSessionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  openSession(argument: _balsa_client_v1_OpenSessionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  openSession(argument: _balsa_client_v1_OpenSessionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  openSession(argument: _balsa_client_v1_OpenSessionRequest, callback: grpc.requestCallback<_balsa_client_v1_OpenSessionResponse__Output>): grpc.ClientUnaryCall;
  
  Read(argument: _balsa_client_v1_ReadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  Read(argument: _balsa_client_v1_ReadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  Read(argument: _balsa_client_v1_ReadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  Read(argument: _balsa_client_v1_ReadRequest, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  read(argument: _balsa_client_v1_ReadRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  read(argument: _balsa_client_v1_ReadRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  read(argument: _balsa_client_v1_ReadRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  read(argument: _balsa_client_v1_ReadRequest, callback: grpc.requestCallback<_balsa_client_v1_ReadResponse__Output>): grpc.ClientUnaryCall;
  
  ReadStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_ReadStreamRequest, _balsa_client_v1_ReadStreamResponse__Output>;
  ReadStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_ReadStreamRequest, _balsa_client_v1_ReadStreamResponse__Output>;
  readStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_ReadStreamRequest, _balsa_client_v1_ReadStreamResponse__Output>;
  readStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_ReadStreamRequest, _balsa_client_v1_ReadStreamResponse__Output>;
  
  Scan(argument: _balsa_client_v1_ScanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  Scan(argument: _balsa_client_v1_ScanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  Scan(argument: _balsa_client_v1_ScanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  Scan(argument: _balsa_client_v1_ScanRequest, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  scan(argument: _balsa_client_v1_ScanRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  scan(argument: _balsa_client_v1_ScanRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  scan(argument: _balsa_client_v1_ScanRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  scan(argument: _balsa_client_v1_ScanRequest, callback: grpc.requestCallback<_balsa_client_v1_ScanResponse__Output>): grpc.ClientUnaryCall;
  
  Submit(argument: _balsa_client_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _balsa_client_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _balsa_client_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  Submit(argument: _balsa_client_v1_SubmitRequest, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _balsa_client_v1_SubmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _balsa_client_v1_SubmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _balsa_client_v1_SubmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  submit(argument: _balsa_client_v1_SubmitRequest, callback: grpc.requestCallback<_balsa_client_v1_SubmitResponse__Output>): grpc.ClientUnaryCall;
  
  SubmitStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_SubmitStreamRequest, _balsa_client_v1_SubmitStreamResponse__Output>;
  SubmitStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_SubmitStreamRequest, _balsa_client_v1_SubmitStreamResponse__Output>;
  submitStream(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_SubmitStreamRequest, _balsa_client_v1_SubmitStreamResponse__Output>;
  submitStream(options?: grpc.CallOptions): grpc.ClientDuplexStream<_balsa_client_v1_SubmitStreamRequest, _balsa_client_v1_SubmitStreamResponse__Output>;
  
  Watch(argument: _balsa_client_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_client_v1_WatchResponse__Output>;
  Watch(argument: _balsa_client_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_client_v1_WatchResponse__Output>;
  watch(argument: _balsa_client_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_client_v1_WatchResponse__Output>;
  watch(argument: _balsa_client_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_balsa_client_v1_WatchResponse__Output>;
  
}

export interface ClientServiceHandlers extends grpc.UntypedServiceImplementation {
  CloseSession: grpc.handleUnaryCall<_balsa_client_v1_CloseSessionRequest__Output, _balsa_client_v1_CloseSessionResponse>;
  
  KeepSession: grpc.handleUnaryCall<_balsa_client_v1_KeepSessionRequest__Output, _balsa_client_v1_KeepSessionResponse>;
  
  OpenSession: grpc.handleUnaryCall<_balsa_client_v1_OpenSessionRequest__Output, _balsa_client_v1_OpenSessionResponse>;
  
  Read: grpc.handleUnaryCall<_balsa_client_v1_ReadRequest__Output, _balsa_client_v1_ReadResponse>;
  
  ReadStream: grpc.handleBidiStreamingCall<_balsa_client_v1_ReadStreamRequest__Output, _balsa_client_v1_ReadStreamResponse>;
  
  Scan: grpc.handleUnaryCall<_balsa_client_v1_ScanRequest__Output, _balsa_client_v1_ScanResponse>;
  
  Submit: grpc.handleUnaryCall<_balsa_client_v1_SubmitRequest__Output, _balsa_client_v1_SubmitResponse>;
  
  SubmitStream: grpc.handleBidiStreamingCall<_balsa_client_v1_SubmitStreamRequest__Output, _balsa_client_v1_SubmitStreamResponse>;
  
  Watch: grpc.handleServerStreamingCall<_balsa_client_v1_WatchRequest__Output, _balsa_client_v1_WatchResponse>;
  
}

export interface ClientServiceDefinition extends grpc.ServiceDefinition {
  CloseSession: MethodDefinition<_balsa_client_v1_CloseSessionRequest, _balsa_client_v1_CloseSessionResponse, _balsa_client_v1_CloseSessionRequest__Output, _balsa_client_v1_CloseSessionResponse__Output>
  KeepSession: MethodDefinition<_balsa_client_v1_KeepSessionRequest, _balsa_client_v1_KeepSessionResponse, _balsa_client_v1_KeepSessionRequest__Output, _balsa_client_v1_KeepSessionResponse__Output>
  OpenSession: MethodDefinition<_balsa_client_v1_OpenSessionRequest, _balsa_client_v1_OpenSessionResponse, _balsa_client_v1_OpenSessionRequest__Output, _balsa_client_v1_OpenSessionResponse__Output>
  Read: MethodDefinition<_balsa_client_v1_ReadRequest, _balsa_client_v1_ReadResponse, _balsa_client_v1_ReadRequest__Output, _balsa_client_v1_ReadResponse__Output>
  ReadStream: MethodDefinition<_balsa_client_v1_ReadStreamRequest, _balsa_client_v1_ReadStreamResponse, _balsa_client_v1_ReadStreamRequest__Output, _balsa_client_v1_ReadStreamResponse__Output>
  Scan: MethodDefinition<_balsa_client_v1_ScanRequest, _balsa_client_v1_ScanResponse, _balsa_client_v1_ScanRequest__Output, _balsa_client_v1_ScanResponse__Output>
  Submit: MethodDefinition<_balsa_client_v1_SubmitRequest, _balsa_client_v1_SubmitResponse, _balsa_client_v1_SubmitRequest__Output, _balsa_client_v1_SubmitResponse__Output>
  SubmitStream: MethodDefinition<_balsa_client_v1_SubmitStreamRequest, _balsa_client_v1_SubmitStreamResponse, _balsa_client_v1_SubmitStreamRequest__Output, _balsa_client_v1_SubmitStreamResponse__Output>
  Watch: MethodDefinition<_balsa_client_v1_WatchRequest, _balsa_client_v1_WatchResponse, _balsa_client_v1_WatchRequest__Output, _balsa_client_v1_WatchResponse__Output>
}
