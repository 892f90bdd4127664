// Original file: proto/balsa/admin/v1/admin.proto


export interface RemoveNodeResponse {
}

export interface RemoveNodeResponse__Output {
}
