// Original file: proto/balsa/admin/v1/admin.proto


export interface GetMembersRequest {
}

export interface GetMembersRequest__Output {
}
