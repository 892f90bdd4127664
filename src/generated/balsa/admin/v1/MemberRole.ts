// Original file: proto/balsa/admin/v1/admin.proto

export const MemberRole = {
  MEMBER_ROLE_UNSPECIFIED: 'MEMBER_ROLE_UNSPECIFIED',
  MEMBER_ROLE_VOTER: 'MEMBER_ROLE_VOTER',
  MEMBER_ROLE_LEARNER: 'MEMBER_ROLE_LEARNER',
  MEMBER_ROLE_LEAVING: 'MEMBER_ROLE_LEAVING',
} as const;

export type MemberRole =
  | 'MEMBER_ROLE_UNSPECIFIED'
  | 0
  | 'MEMBER_ROLE_VOTER'
  | 1
  | 'MEMBER_ROLE_LEARNER'
  | 2
  | 'MEMBER_ROLE_LEAVING'
  | 3

export type MemberRole__Output = typeof MemberRole[keyof typeof MemberRole]
