// Original file: proto/balsa/admin/v1/admin.proto

export const LinkDirection = {
  LINK_DIRECTION_UNSPECIFIED: 'LINK_DIRECTION_UNSPECIFIED',
  LINK_DIRECTION_IN: 'LINK_DIRECTION_IN',
  LINK_DIRECTION_OUT: 'LINK_DIRECTION_OUT',
  LINK_DIRECTION_BOTH: 'LINK_DIRECTION_BOTH',
} as const;

export type LinkDirection =
  | 'LINK_DIRECTION_UNSPECIFIED'
  | 0
  | 'LINK_DIRECTION_IN'
  | 1
  | 'LINK_DIRECTION_OUT'
  | 2
  | 'LINK_DIRECTION_BOTH'
  | 3

export type LinkDirection__Output = typeof LinkDirection[keyof typeof LinkDirection]
