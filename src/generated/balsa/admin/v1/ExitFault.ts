// Original file: proto/balsa/admin/v1/admin.proto


export interface ExitFault {
}

export interface ExitFault__Output {
}
