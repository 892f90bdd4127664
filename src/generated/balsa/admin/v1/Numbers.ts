// Original file: proto/balsa/admin/v1/observe.proto


export interface Numbers {
  'values'?: (number | string)[];
}

export interface Numbers__Output {
  'values': (number)[];
}
