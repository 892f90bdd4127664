// Original file: proto/balsa/admin/v1/admin.proto


export interface CancelChangeResponse {
}

export interface CancelChangeResponse__Output {
}
