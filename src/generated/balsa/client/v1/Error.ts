// Original file: proto/balsa/client/v1/client.proto


export interface Error {
  'code'?: (number);
  'reason'?: (string);
  'message'?: (string);
  'mayHaveHappened'?: (boolean);
  'retry'?: (string);
}

export interface Error__Output {
  'code': (number);
  'reason': (string);
  'message': (string);
  'mayHaveHappened': (boolean);
  'retry': (string);
}
