// Original file: proto/balsa/client/v1/client.proto


export interface ScanRequest {
  'prefix'?: (string);
  'start'?: (string);
  'end'?: (string);
  'limit'?: (number);
  'local'?: (boolean);
  'incarnationId'?: (string);
}

export interface ScanRequest__Output {
  'prefix': (string);
  'start': (string);
  'end': (string);
  'limit': (number);
  'local': (boolean);
  'incarnationId': (string);
}
