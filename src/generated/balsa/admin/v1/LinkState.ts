// Original file: proto/balsa/admin/v1/admin.proto

export const LinkState = {
  LINK_STATE_UNSPECIFIED: 'LINK_STATE_UNSPECIFIED',
  LINK_STATE_CONNECTING: 'LINK_STATE_CONNECTING',
  LINK_STATE_CONNECTED: 'LINK_STATE_CONNECTED',
  LINK_STATE_BROKEN: 'LINK_STATE_BROKEN',
} as const;

export type LinkState =
  | 'LINK_STATE_UNSPECIFIED'
  | 0
  | 'LINK_STATE_CONNECTING'
  | 1
  | 'LINK_STATE_CONNECTED'
  | 2
  | 'LINK_STATE_BROKEN'
  | 3

export type LinkState__Output = typeof LinkState[keyof typeof LinkState]
