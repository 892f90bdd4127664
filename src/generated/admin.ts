import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AdminServiceClient as _balsa_admin_v1_AdminServiceClient, AdminServiceDefinition as _balsa_admin_v1_AdminServiceDefinition } from './balsa/admin/v1/AdminService.ts';
import type { GetStatusRequest as _balsa_admin_v1_GetStatusRequest, GetStatusRequest__Output as _balsa_admin_v1_GetStatusRequest__Output } from './balsa/admin/v1/GetStatusRequest.ts';
import type { GetStatusResponse as _balsa_admin_v1_GetStatusResponse, GetStatusResponse__Output as _balsa_admin_v1_GetStatusResponse__Output } from './balsa/admin/v1/GetStatusResponse.ts';
import type { PeerStatus as _balsa_admin_v1_PeerStatus, PeerStatus__Output as _balsa_admin_v1_PeerStatus__Output } from './balsa/admin/v1/PeerStatus.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  balsa: {
    admin: {
      v1: {
        AdminService: SubtypeConstructor<typeof grpc.Client, _balsa_admin_v1_AdminServiceClient> & { service: _balsa_admin_v1_AdminServiceDefinition }
        GetStatusRequest: MessageTypeDefinition<_balsa_admin_v1_GetStatusRequest, _balsa_admin_v1_GetStatusRequest__Output>
        GetStatusResponse: MessageTypeDefinition<_balsa_admin_v1_GetStatusResponse, _balsa_admin_v1_GetStatusResponse__Output>
        LinkState: EnumTypeDefinition
        PeerStatus: MessageTypeDefinition<_balsa_admin_v1_PeerStatus, _balsa_admin_v1_PeerStatus__Output>
        Role: EnumTypeDefinition
      }
    }
  }
}

