// Original file: proto/balsa/admin/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

export interface Session {
  'sessionId'?: (number | string | Long);
  'name'?: (string);
  'address'?: (string);
  'timeoutMs'?: (number | string | Long);
  'expiresInMs'?: (number | string | Long);
  'openForMs'?: (number | string | Long);
  'attachedCount'?: (number | string | Long);
  'attachedKeys'?: (string)[];
}

export interface Session__Output {
  'sessionId': (number);
  'name': (string);
  'address': (string);
  'timeoutMs': (number);
  'expiresInMs': (number);
  'openForMs': (number);
  'attachedCount': (number);
  'attachedKeys': (string)[];
}
