// Original file: proto/balsa/client/v1/client.proto


export interface Value {
  'text'?: (string);
  'data'?: (Buffer | Uint8Array | string);
  'kind'?: "text"|"data";
}

export interface Value__Output {
  'text'?: (string);
  'data'?: (Buffer);
  'kind'?: "text"|"data";
}
