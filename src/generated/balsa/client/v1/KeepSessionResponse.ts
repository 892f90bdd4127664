// Original file: proto/balsa/client/v1/client.proto


export interface KeepSessionResponse {
}

export interface KeepSessionResponse__Output {
}
