// Original file: proto/balsa/client/v1/client.proto


export interface ReadRequest {
  'key'?: (string);
  'local'?: (boolean);
  'incarnationId'?: (string);
}

export interface ReadRequest__Output {
  'key': (string);
  'local': (boolean);
  'incarnationId': (string);
}
