// Original file: proto/balsa/admin/v1/admin.proto


export interface AddNodeRequest {
  'peerAddress'?: (string);
  'clientAddress'?: (string);
  'diskId'?: (string);
  'learner'?: (boolean);
}

export interface AddNodeRequest__Output {
  'peerAddress': (string);
  'clientAddress': (string);
  'diskId': (string);
  'learner': (boolean);
}
