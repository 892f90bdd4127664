// Original file: proto/balsa/admin/v1/admin.proto


export interface CancelChangeRequest {
}

export interface CancelChangeRequest__Output {
}
