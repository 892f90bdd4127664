// Original file: proto/balsa/admin/v1/observe.proto

import type { Role as _balsa_admin_v1_Role, Role__Output as _balsa_admin_v1_Role__Output } from '../../../balsa/admin/v1/Role.ts';
import type { MemberSample as _balsa_admin_v1_MemberSample, MemberSample__Output as _balsa_admin_v1_MemberSample__Output } from '../../../balsa/admin/v1/MemberSample.ts';
import type { PeerSample as _balsa_admin_v1_PeerSample, PeerSample__Output as _balsa_admin_v1_PeerSample__Output } from '../../../balsa/admin/v1/PeerSample.ts';
import type { Queues as _balsa_admin_v1_Queues, Queues__Output as _balsa_admin_v1_Queues__Output } from '../../../balsa/admin/v1/Queues.ts';
import type { TermRun as _balsa_admin_v1_TermRun, TermRun__Output as _balsa_admin_v1_TermRun__Output } from '../../../balsa/admin/v1/TermRun.ts';
import type { StandingFault as _balsa_admin_v1_StandingFault, StandingFault__Output as _balsa_admin_v1_StandingFault__Output } from '../../../balsa/admin/v1/StandingFault.ts';
import type { StageSample as _balsa_admin_v1_StageSample, StageSample__Output as _balsa_admin_v1_StageSample__Output } from '../../../balsa/admin/v1/StageSample.ts';
import type { Long } from '@grpc/proto-loader';

export interface StateSample {
  'at'?: (number | string);
  'role'?: (_balsa_admin_v1_Role);
  'term'?: (number | string | Long);
  'votedFor'?: (number | string | Long);
  'leader'?: (number | string | Long);
  'firstIndex'?: (number | string | Long);
  'lastIndex'?: (number | string | Long);
  'durableIndex'?: (number | string | Long);
  'commitIndex'?: (number | string | Long);
  'appliedIndex'?: (number | string | Long);
  'electionInMs'?: (number | string);
  'electionTimeoutMs'?: (number | string);
  'votes'?: (number | string | Long)[];
  'members'?: (_balsa_admin_v1_MemberSample)[];
  'peers'?: (_balsa_admin_v1_PeerSample)[];
  'queues'?: (_balsa_admin_v1_Queues | null);
  'runs'?: (_balsa_admin_v1_TermRun)[];
  'faults'?: (_balsa_admin_v1_StandingFault)[];
  'counts'?: ({[key: string]: number | string});
  'stages'?: (_balsa_admin_v1_StageSample)[];
  '_electionInMs'?: "electionInMs";
}

export interface StateSample__Output {
  'at': (number);
  'role': (_balsa_admin_v1_Role__Output);
  'term': (number);
  'votedFor': (number);
  'leader': (number);
  'firstIndex': (number);
  'lastIndex': (number);
  'durableIndex': (number);
  'commitIndex': (number);
  'appliedIndex': (number);
  'electionInMs'?: (number);
  'electionTimeoutMs': (number);
  'votes': (number)[];
  'members': (_balsa_admin_v1_MemberSample__Output)[];
  'peers': (_balsa_admin_v1_PeerSample__Output)[];
  'queues': (_balsa_admin_v1_Queues__Output | null);
  'runs': (_balsa_admin_v1_TermRun__Output)[];
  'faults': (_balsa_admin_v1_StandingFault__Output)[];
  'counts': ({[key: string]: number});
  'stages': (_balsa_admin_v1_StageSample__Output)[];
  '_electionInMs'?: "electionInMs";
}
