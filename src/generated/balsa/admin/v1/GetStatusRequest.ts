// Original file: proto/balsa/admin/v1/admin.proto


export interface GetStatusRequest {
  'withFigures'?: (boolean);
}

export interface GetStatusRequest__Output {
  'withFigures': (boolean);
}
