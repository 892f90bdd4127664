// Original file: proto/balsa/admin/v1/admin.proto


export interface ListFaultsRequest {
}

export interface ListFaultsRequest__Output {
}
