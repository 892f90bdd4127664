// Original file: proto/balsa/client/v1/client.proto


export interface Delete {
  'key'?: (string);
}

export interface Delete__Output {
  'key': (string);
}
