import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Change as _balsa_client_v1_Change, Change__Output as _balsa_client_v1_Change__Output } from './balsa/client/v1/Change.ts';
import type { ClientServiceClient as _balsa_client_v1_ClientServiceClient, ClientServiceDefinition as _balsa_client_v1_ClientServiceDefinition } from './balsa/client/v1/ClientService.ts';
import type { CloseSessionRequest as _balsa_client_v1_CloseSessionRequest, CloseSessionRequest__Output as _balsa_client_v1_CloseSessionRequest__Output } from './balsa/client/v1/CloseSessionRequest.ts';
import type { CloseSessionResponse as _balsa_client_v1_CloseSessionResponse, CloseSessionResponse__Output as _balsa_client_v1_CloseSessionResponse__Output } from './balsa/client/v1/CloseSessionResponse.ts';
import type { Command as _balsa_client_v1_Command, Command__Output as _balsa_client_v1_Command__Output } from './balsa/client/v1/Command.ts';
import type { CommandResult as _balsa_client_v1_CommandResult, CommandResult__Output as _balsa_client_v1_CommandResult__Output } from './balsa/client/v1/CommandResult.ts';
import type { CompareAndSet as _balsa_client_v1_CompareAndSet, CompareAndSet__Output as _balsa_client_v1_CompareAndSet__Output } from './balsa/client/v1/CompareAndSet.ts';
import type { Delete as _balsa_client_v1_Delete, Delete__Output as _balsa_client_v1_Delete__Output } from './balsa/client/v1/Delete.ts';
import type { Error as _balsa_client_v1_Error, Error__Output as _balsa_client_v1_Error__Output } from './balsa/client/v1/Error.ts';
import type { KeepSessionRequest as _balsa_client_v1_KeepSessionRequest, KeepSessionRequest__Output as _balsa_client_v1_KeepSessionRequest__Output } from './balsa/client/v1/KeepSessionRequest.ts';
import type { KeepSessionResponse as _balsa_client_v1_KeepSessionResponse, KeepSessionResponse__Output as _balsa_client_v1_KeepSessionResponse__Output } from './balsa/client/v1/KeepSessionResponse.ts';
import type { KeyValue as _balsa_client_v1_KeyValue, KeyValue__Output as _balsa_client_v1_KeyValue__Output } from './balsa/client/v1/KeyValue.ts';
import type { OpenSessionRequest as _balsa_client_v1_OpenSessionRequest, OpenSessionRequest__Output as _balsa_client_v1_OpenSessionRequest__Output } from './balsa/client/v1/OpenSessionRequest.ts';
import type { OpenSessionResponse as _balsa_client_v1_OpenSessionResponse, OpenSessionResponse__Output as _balsa_client_v1_OpenSessionResponse__Output } from './balsa/client/v1/OpenSessionResponse.ts';
import type { ReadItem as _balsa_client_v1_ReadItem, ReadItem__Output as _balsa_client_v1_ReadItem__Output } from './balsa/client/v1/ReadItem.ts';
import type { ReadRequest as _balsa_client_v1_ReadRequest, ReadRequest__Output as _balsa_client_v1_ReadRequest__Output } from './balsa/client/v1/ReadRequest.ts';
import type { ReadResponse as _balsa_client_v1_ReadResponse, ReadResponse__Output as _balsa_client_v1_ReadResponse__Output } from './balsa/client/v1/ReadResponse.ts';
import type { ReadResult as _balsa_client_v1_ReadResult, ReadResult__Output as _balsa_client_v1_ReadResult__Output } from './balsa/client/v1/ReadResult.ts';
import type { ReadStreamRequest as _balsa_client_v1_ReadStreamRequest, ReadStreamRequest__Output as _balsa_client_v1_ReadStreamRequest__Output } from './balsa/client/v1/ReadStreamRequest.ts';
import type { ReadStreamResponse as _balsa_client_v1_ReadStreamResponse, ReadStreamResponse__Output as _balsa_client_v1_ReadStreamResponse__Output } from './balsa/client/v1/ReadStreamResponse.ts';
import type { RequestSession as _balsa_client_v1_RequestSession, RequestSession__Output as _balsa_client_v1_RequestSession__Output } from './balsa/client/v1/RequestSession.ts';
import type { ScanRequest as _balsa_client_v1_ScanRequest, ScanRequest__Output as _balsa_client_v1_ScanRequest__Output } from './balsa/client/v1/ScanRequest.ts';
import type { ScanResponse as _balsa_client_v1_ScanResponse, ScanResponse__Output as _balsa_client_v1_ScanResponse__Output } from './balsa/client/v1/ScanResponse.ts';
import type { Set as _balsa_client_v1_Set, Set__Output as _balsa_client_v1_Set__Output } from './balsa/client/v1/Set.ts';
import type { SubmitItem as _balsa_client_v1_SubmitItem, SubmitItem__Output as _balsa_client_v1_SubmitItem__Output } from './balsa/client/v1/SubmitItem.ts';
import type { SubmitRequest as _balsa_client_v1_SubmitRequest, SubmitRequest__Output as _balsa_client_v1_SubmitRequest__Output } from './balsa/client/v1/SubmitRequest.ts';
import type { SubmitResponse as _balsa_client_v1_SubmitResponse, SubmitResponse__Output as _balsa_client_v1_SubmitResponse__Output } from './balsa/client/v1/SubmitResponse.ts';
import type { SubmitResult as _balsa_client_v1_SubmitResult, SubmitResult__Output as _balsa_client_v1_SubmitResult__Output } from './balsa/client/v1/SubmitResult.ts';
import type { SubmitStreamRequest as _balsa_client_v1_SubmitStreamRequest, SubmitStreamRequest__Output as _balsa_client_v1_SubmitStreamRequest__Output } from './balsa/client/v1/SubmitStreamRequest.ts';
import type { SubmitStreamResponse as _balsa_client_v1_SubmitStreamResponse, SubmitStreamResponse__Output as _balsa_client_v1_SubmitStreamResponse__Output } from './balsa/client/v1/SubmitStreamResponse.ts';
import type { Value as _balsa_client_v1_Value, Value__Output as _balsa_client_v1_Value__Output } from './balsa/client/v1/Value.ts';
import type { WatchRequest as _balsa_client_v1_WatchRequest, WatchRequest__Output as _balsa_client_v1_WatchRequest__Output } from './balsa/client/v1/WatchRequest.ts';
import type { WatchResponse as _balsa_client_v1_WatchResponse, WatchResponse__Output as _balsa_client_v1_WatchResponse__Output } from './balsa/client/v1/WatchResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  balsa: {
    client: {
      v1: {
        Change: MessageTypeDefinition<_balsa_client_v1_Change, _balsa_client_v1_Change__Output>
        ClientService: SubtypeConstructor<typeof grpc.Client, _balsa_client_v1_ClientServiceClient> & { service: _balsa_client_v1_ClientServiceDefinition }
        CloseSessionRequest: MessageTypeDefinition<_balsa_client_v1_CloseSessionRequest, _balsa_client_v1_CloseSessionRequest__Output>
        CloseSessionResponse: MessageTypeDefinition<_balsa_client_v1_CloseSessionResponse, _balsa_client_v1_CloseSessionResponse__Output>
        Command: MessageTypeDefinition<_balsa_client_v1_Command, _balsa_client_v1_Command__Output>
        CommandResult: MessageTypeDefinition<_balsa_client_v1_CommandResult, _balsa_client_v1_CommandResult__Output>
        CompareAndSet: MessageTypeDefinition<_balsa_client_v1_CompareAndSet, _balsa_client_v1_CompareAndSet__Output>
        Delete: MessageTypeDefinition<_balsa_client_v1_Delete, _balsa_client_v1_Delete__Output>
        Error: MessageTypeDefinition<_balsa_client_v1_Error, _balsa_client_v1_Error__Output>
        KeepSessionRequest: MessageTypeDefinition<_balsa_client_v1_KeepSessionRequest, _balsa_client_v1_KeepSessionRequest__Output>
        KeepSessionResponse: MessageTypeDefinition<_balsa_client_v1_KeepSessionResponse, _balsa_client_v1_KeepSessionResponse__Output>
        KeyValue: MessageTypeDefinition<_balsa_client_v1_KeyValue, _balsa_client_v1_KeyValue__Output>
        OpenSessionRequest: MessageTypeDefinition<_balsa_client_v1_OpenSessionRequest, _balsa_client_v1_OpenSessionRequest__Output>
        OpenSessionResponse: MessageTypeDefinition<_balsa_client_v1_OpenSessionResponse, _balsa_client_v1_OpenSessionResponse__Output>
        ReadItem: MessageTypeDefinition<_balsa_client_v1_ReadItem, _balsa_client_v1_ReadItem__Output>
        ReadRequest: MessageTypeDefinition<_balsa_client_v1_ReadRequest, _balsa_client_v1_ReadRequest__Output>
        ReadResponse: MessageTypeDefinition<_balsa_client_v1_ReadResponse, _balsa_client_v1_ReadResponse__Output>
        ReadResult: MessageTypeDefinition<_balsa_client_v1_ReadResult, _balsa_client_v1_ReadResult__Output>
        ReadStreamRequest: MessageTypeDefinition<_balsa_client_v1_ReadStreamRequest, _balsa_client_v1_ReadStreamRequest__Output>
        ReadStreamResponse: MessageTypeDefinition<_balsa_client_v1_ReadStreamResponse, _balsa_client_v1_ReadStreamResponse__Output>
        RequestSession: MessageTypeDefinition<_balsa_client_v1_RequestSession, _balsa_client_v1_RequestSession__Output>
        ScanRequest: MessageTypeDefinition<_balsa_client_v1_ScanRequest, _balsa_client_v1_ScanRequest__Output>
        ScanResponse: MessageTypeDefinition<_balsa_client_v1_ScanResponse, _balsa_client_v1_ScanResponse__Output>
        Set: MessageTypeDefinition<_balsa_client_v1_Set, _balsa_client_v1_Set__Output>
        SubmitItem: MessageTypeDefinition<_balsa_client_v1_SubmitItem, _balsa_client_v1_SubmitItem__Output>
        SubmitRequest: MessageTypeDefinition<_balsa_client_v1_SubmitRequest, _balsa_client_v1_SubmitRequest__Output>
        SubmitResponse: MessageTypeDefinition<_balsa_client_v1_SubmitResponse, _balsa_client_v1_SubmitResponse__Output>
        SubmitResult: MessageTypeDefinition<_balsa_client_v1_SubmitResult, _balsa_client_v1_SubmitResult__Output>
        SubmitStreamRequest: MessageTypeDefinition<_balsa_client_v1_SubmitStreamRequest, _balsa_client_v1_SubmitStreamRequest__Output>
        SubmitStreamResponse: MessageTypeDefinition<_balsa_client_v1_SubmitStreamResponse, _balsa_client_v1_SubmitStreamResponse__Output>
        Value: MessageTypeDefinition<_balsa_client_v1_Value, _balsa_client_v1_Value__Output>
        WatchRequest: MessageTypeDefinition<_balsa_client_v1_WatchRequest, _balsa_client_v1_WatchRequest__Output>
        WatchResponse: MessageTypeDefinition<_balsa_client_v1_WatchResponse, _balsa_client_v1_WatchResponse__Output>
      }
    }
  }
}

