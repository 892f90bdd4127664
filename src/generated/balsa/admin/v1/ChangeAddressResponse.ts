// Original file: proto/balsa/admin/v1/admin.proto


export interface ChangeAddressResponse {
}

export interface ChangeAddressResponse__Output {
}
