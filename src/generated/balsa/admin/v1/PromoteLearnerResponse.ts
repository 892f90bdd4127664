// Original file: proto/balsa/admin/v1/admin.proto


export interface PromoteLearnerResponse {
}

export interface PromoteLearnerResponse__Output {
}
