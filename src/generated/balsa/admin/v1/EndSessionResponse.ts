// Original file: proto/balsa/admin/v1/admin.proto


export interface EndSessionResponse {
}

export interface EndSessionResponse__Output {
}
