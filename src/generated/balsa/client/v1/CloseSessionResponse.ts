// Original file: proto/balsa/client/v1/client.proto


export interface CloseSessionResponse {
}

export interface CloseSessionResponse__Output {
}
