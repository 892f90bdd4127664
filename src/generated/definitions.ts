// Made by scripts/proto.mjs from proto/.
import type { INamespace } from "protobufjs";

/** Every message and service of proto/, as protobufjs reads them from JSON. */
export const definitions = {
 "nested": {
  "balsa": {
   "nested": {
    "admin": {
     "nested": {
      "v1": {
       "nested": {
        "AdminService": {
         "methods": {
          "GetStatus": {
           "requestType": "GetStatusRequest",
           "responseType": "GetStatusResponse"
          },
          "GetMembers": {
           "requestType": "GetMembersRequest",
           "responseType": "GetMembersResponse"
          },
          "AddNode": {
           "requestType": "AddNodeRequest",
           "responseType": "AddNodeResponse"
          },
          "RemoveNode": {
           "requestType": "RemoveNodeRequest",
           "responseType": "RemoveNodeResponse"
          },
          "ReplaceNode": {
           "requestType": "ReplaceNodeRequest",
           "responseType": "ReplaceNodeResponse"
          },
          "PromoteLearner": {
           "requestType": "PromoteLearnerRequest",
           "responseType": "PromoteLearnerResponse"
          },
          "CancelChange": {
           "requestType": "CancelChangeRequest",
           "responseType": "CancelChangeResponse"
          },
          "ChangeAddress": {
           "requestType": "ChangeAddressRequest",
           "responseType": "ChangeAddressResponse"
          },
          "TransferLeadership": {
           "requestType": "TransferLeadershipRequest",
           "responseType": "TransferLeadershipResponse"
          },
          "ListSessions": {
           "requestType": "ListSessionsRequest",
           "responseType": "ListSessionsResponse"
          },
          "EndSession": {
           "requestType": "EndSessionRequest",
           "responseType": "EndSessionResponse"
          }
         }
        },
        "GetStatusRequest": {
         "fields": {
          "withFigures": {
           "type": "bool",
           "id": 1
          }
         }
        },
        "Role": {
         "values": {
          "ROLE_UNSPECIFIED": 0,
          "ROLE_FOLLOWER": 1,
          "ROLE_PRE_CANDIDATE": 2,
          "ROLE_CANDIDATE": 3,
          "ROLE_LEADER": 4
         }
        },
        "GetStatusResponse": {
         "fields": {
          "clusterId": {
           "type": "string",
           "id": 1
          },
          "nodeId": {
           "type": "uint64",
           "id": 2
          },
          "role": {
           "type": "Role",
           "id": 3
          },
          "term": {
           "type": "uint64",
           "id": 4
          },
          "leaderId": {
           "type": "uint64",
           "id": 5
          },
          "lastIndex": {
           "type": "uint64",
           "id": 6
          },
          "commitIndex": {
           "type": "uint64",
           "id": 7
          },
          "appliedIndex": {
           "type": "uint64",
           "id": 8
          },
          "peers": {
           "rule": "repeated",
           "type": "PeerStatus",
           "id": 9
          },
          "diskBytes": {
           "type": "uint64",
           "id": 10
          },
          "version": {
           "type": "string",
           "id": 11
          },
          "uptimeMs": {
           "type": "uint64",
           "id": 12
          },
          "leaderAddress": {
           "type": "string",
           "id": 13
          },
          "processId": {
           "type": "uint64",
           "id": 14
          },
          "strangersRefused": {
           "type": "uint64",
           "id": 15
          },
          "memoryBytes": {
           "type": "uint64",
           "id": 16
          },
          "firstIndex": {
           "type": "uint64",
           "id": 17
          },
          "members": {
           "rule": "repeated",
           "type": "Member",
           "id": 18
          },
          "snapshots": {
           "rule": "repeated",
           "type": "SnapshotProgress",
           "id": 19
          },
          "stateDigest": {
           "type": "StateDigest",
           "id": 20
          },
          "faultsEnabled": {
           "type": "bool",
           "id": 21
          },
          "verification": {
           "type": "Verification",
           "id": 22
          },
          "incarnationId": {
           "type": "string",
           "id": 23
          },
          "sessions": {
           "type": "uint64",
           "id": 24
          },
          "sessionsMax": {
           "type": "uint64",
           "id": 25
          },
          "messagesRefused": {
           "type": "uint64",
           "id": 26
          },
          "figures": {
           "rule": "repeated",
           "type": "Figure",
           "id": 27
          }
         }
        },
        "FigureKind": {
         "values": {
          "FIGURE_KIND_UNSPECIFIED": 0,
          "FIGURE_KIND_COUNTER": 1,
          "FIGURE_KIND_GAUGE": 2,
          "FIGURE_KIND_HISTOGRAM": 3
         }
        },
        "Figure": {
         "fields": {
          "name": {
           "type": "string",
           "id": 1
          },
          "kind": {
           "type": "FigureKind",
           "id": 2
          },
          "unit": {
           "type": "string",
           "id": 3
          },
          "value": {
           "type": "double",
           "id": 4
          },
          "histogram": {
           "type": "Histogram",
           "id": 5
          }
         }
        },
        "Histogram": {
         "fields": {
          "bounds": {
           "rule": "repeated",
           "type": "double",
           "id": 1
          },
          "counts": {
           "rule": "repeated",
           "type": "uint64",
           "id": 2
          },
          "sum": {
           "type": "double",
           "id": 3
          }
         }
        },
        "Verification": {
         "fields": {
          "scrubRounds": {
           "type": "uint64",
           "id": 1
          },
          "scrubbedBytes": {
           "type": "uint64",
           "id": 2
          },
          "compared": {
           "type": "uint64",
           "id": 3
          },
          "differed": {
           "type": "uint64",
           "id": 4
          },
          "comparedIndex": {
           "type": "uint64",
           "id": 5
          }
         }
        },
        "StateDigest": {
         "fields": {
          "appliedIndex": {
           "type": "uint64",
           "id": 1
          },
          "records": {
           "type": "uint64",
           "id": 2
          },
          "digest": {
           "type": "string",
           "id": 3
          }
         }
        },
        "SnapshotProgress": {
         "fields": {
          "toNodeId": {
           "type": "uint64",
           "id": 1
          },
          "index": {
           "type": "uint64",
           "id": 2
          },
          "sentBytes": {
           "type": "uint64",
           "id": 3
          },
          "totalBytes": {
           "type": "uint64",
           "id": 4
          }
         }
        },
        "MemberRole": {
         "values": {
          "MEMBER_ROLE_UNSPECIFIED": 0,
          "MEMBER_ROLE_VOTER": 1,
          "MEMBER_ROLE_LEARNER": 2,
          "MEMBER_ROLE_LEAVING": 3
         }
        },
        "Member": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          },
          "peerAddress": {
           "type": "string",
           "id": 2
          },
          "clientAddress": {
           "type": "string",
           "id": 3
          },
          "diskId": {
           "type": "string",
           "id": 4
          },
          "role": {
           "type": "MemberRole",
           "id": 5
          },
          "toBePromoted": {
           "type": "bool",
           "id": 6
          },
          "toBeRemoved": {
           "type": "bool",
           "id": 7
          }
         }
        },
        "GetMembersRequest": {
         "fields": {}
        },
        "GetMembersResponse": {
         "fields": {
          "clusterId": {
           "type": "string",
           "id": 1
          },
          "members": {
           "rule": "repeated",
           "type": "Member",
           "id": 2
          },
          "index": {
           "type": "uint64",
           "id": 3
          },
          "settled": {
           "type": "bool",
           "id": 4
          },
          "leaderId": {
           "type": "uint64",
           "id": 5
          },
          "leaderAddress": {
           "type": "string",
           "id": 6
          },
          "lastIndex": {
           "type": "uint64",
           "id": 7
          },
          "progress": {
           "rule": "repeated",
           "type": "PeerStatus",
           "id": 8
          },
          "snapshots": {
           "rule": "repeated",
           "type": "SnapshotProgress",
           "id": 9
          },
          "incarnationId": {
           "type": "string",
           "id": 10
          },
          "term": {
           "type": "uint64",
           "id": 11
          }
         }
        },
        "AddNodeRequest": {
         "fields": {
          "peerAddress": {
           "type": "string",
           "id": 1
          },
          "clientAddress": {
           "type": "string",
           "id": 2
          },
          "diskId": {
           "type": "string",
           "id": 3
          },
          "learner": {
           "type": "bool",
           "id": 4
          }
         }
        },
        "AddNodeResponse": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          },
          "clusterId": {
           "type": "string",
           "id": 2
          },
          "members": {
           "rule": "repeated",
           "type": "Member",
           "id": 3
          },
          "incarnationId": {
           "type": "string",
           "id": 4
          }
         }
        },
        "RemoveNodeRequest": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          },
          "force": {
           "type": "bool",
           "id": 2
          }
         }
        },
        "RemoveNodeResponse": {
         "fields": {}
        },
        "ReplaceNodeRequest": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          },
          "peerAddress": {
           "type": "string",
           "id": 2
          },
          "clientAddress": {
           "type": "string",
           "id": 3
          },
          "diskId": {
           "type": "string",
           "id": 4
          },
          "force": {
           "type": "bool",
           "id": 5
          }
         }
        },
        "ReplaceNodeResponse": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "PromoteLearnerRequest": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "PromoteLearnerResponse": {
         "fields": {}
        },
        "CancelChangeRequest": {
         "fields": {}
        },
        "CancelChangeResponse": {
         "fields": {}
        },
        "ChangeAddressRequest": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          },
          "peerAddress": {
           "type": "string",
           "id": 2
          },
          "clientAddress": {
           "type": "string",
           "id": 3
          }
         }
        },
        "ChangeAddressResponse": {
         "fields": {}
        },
        "TransferLeadershipRequest": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "TransferLeadershipResponse": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "ListSessionsRequest": {
         "fields": {
          "startId": {
           "type": "uint64",
           "id": 1
          },
          "limit": {
           "type": "uint32",
           "id": 2
          },
          "keys": {
           "type": "bool",
           "id": 3
          },
          "local": {
           "type": "bool",
           "id": 4
          }
         }
        },
        "ListSessionsResponse": {
         "fields": {
          "sessions": {
           "rule": "repeated",
           "type": "Session",
           "id": 1
          },
          "nextStartId": {
           "type": "uint64",
           "id": 2
          },
          "count": {
           "type": "uint64",
           "id": 3
          },
          "countMax": {
           "type": "uint64",
           "id": 4
          },
          "appliedIndex": {
           "type": "uint64",
           "id": 5
          }
         }
        },
        "Session": {
         "fields": {
          "sessionId": {
           "type": "uint64",
           "id": 1
          },
          "name": {
           "type": "string",
           "id": 2
          },
          "address": {
           "type": "string",
           "id": 3
          },
          "timeoutMs": {
           "type": "uint64",
           "id": 4
          },
          "expiresInMs": {
           "type": "uint64",
           "id": 5
          },
          "openForMs": {
           "type": "uint64",
           "id": 6
          },
          "attachedCount": {
           "type": "uint64",
           "id": 7
          },
          "attachedKeys": {
           "rule": "repeated",
           "type": "string",
           "id": 8
          }
         }
        },
        "EndSessionRequest": {
         "fields": {
          "sessionId": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "EndSessionResponse": {
         "fields": {}
        },
        "LinkState": {
         "values": {
          "LINK_STATE_UNSPECIFIED": 0,
          "LINK_STATE_CONNECTING": 1,
          "LINK_STATE_CONNECTED": 2,
          "LINK_STATE_BROKEN": 3
         }
        },
        "PeerStatus": {
         "fields": {
          "nodeId": {
           "type": "uint64",
           "id": 1
          },
          "address": {
           "type": "string",
           "id": 2
          },
          "linkState": {
           "type": "LinkState",
           "id": 3
          },
          "matchIndex": {
           "type": "uint64",
           "id": 4
          },
          "nextIndex": {
           "type": "uint64",
           "id": 5
          },
          "lag": {
           "type": "uint64",
           "id": 6
          },
          "progress": {
           "type": "string",
           "id": 7
          },
          "lastHeardMs": {
           "type": "uint64",
           "id": 8
          }
         }
        },
        "FaultService": {
         "methods": {
          "SetFault": {
           "requestType": "SetFaultRequest",
           "responseType": "SetFaultResponse"
          },
          "ListFaults": {
           "requestType": "ListFaultsRequest",
           "responseType": "ListFaultsResponse"
          },
          "ClearFaults": {
           "requestType": "ClearFaultsRequest",
           "responseType": "ClearFaultsResponse"
          }
         }
        },
        "LinkDirection": {
         "values": {
          "LINK_DIRECTION_UNSPECIFIED": 0,
          "LINK_DIRECTION_IN": 1,
          "LINK_DIRECTION_OUT": 2,
          "LINK_DIRECTION_BOTH": 3
         }
        },
        "LinkFault": {
         "fields": {
          "peerId": {
           "type": "uint64",
           "id": 1
          },
          "direction": {
           "type": "LinkDirection",
           "id": 2
          },
          "cut": {
           "type": "bool",
           "id": 3
          },
          "delayMs": {
           "type": "uint64",
           "id": 4
          },
          "jitterMs": {
           "type": "uint64",
           "id": 5
          },
          "loseRatio": {
           "type": "double",
           "id": 6
          },
          "duplicateRatio": {
           "type": "double",
           "id": 7
          },
          "reorderRatio": {
           "type": "double",
           "id": 8
          }
         }
        },
        "TurnFault": {
         "fields": {
          "pauseMs": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "DiskFault": {
         "fields": {
          "failWrites": {
           "type": "bool",
           "id": 1
          },
          "slowMs": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "ExitFault": {
         "fields": {}
        },
        "Fault": {
         "oneofs": {
          "fault": {
           "oneof": [
            "link",
            "turn",
            "disk",
            "exit"
           ]
          }
         },
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "link": {
           "type": "LinkFault",
           "id": 2
          },
          "turn": {
           "type": "TurnFault",
           "id": 3
          },
          "disk": {
           "type": "DiskFault",
           "id": 4
          },
          "exit": {
           "type": "ExitFault",
           "id": 7
          },
          "remainingMs": {
           "type": "uint64",
           "id": 5
          },
          "struck": {
           "type": "uint64",
           "id": 6
          }
         }
        },
        "SetFaultRequest": {
         "oneofs": {
          "fault": {
           "oneof": [
            "link",
            "turn",
            "disk",
            "exit"
           ]
          }
         },
         "fields": {
          "link": {
           "type": "LinkFault",
           "id": 1
          },
          "turn": {
           "type": "TurnFault",
           "id": 2
          },
          "disk": {
           "type": "DiskFault",
           "id": 3
          },
          "exit": {
           "type": "ExitFault",
           "id": 5
          },
          "durationMs": {
           "type": "uint64",
           "id": 4
          }
         }
        },
        "SetFaultResponse": {
         "fields": {
          "fault": {
           "type": "Fault",
           "id": 1
          }
         }
        },
        "ListFaultsRequest": {
         "fields": {}
        },
        "ListFaultsResponse": {
         "fields": {
          "faults": {
           "rule": "repeated",
           "type": "Fault",
           "id": 1
          }
         }
        },
        "ClearFaultsRequest": {
         "fields": {
          "ids": {
           "rule": "repeated",
           "type": "uint64",
           "id": 1
          }
         }
        },
        "ClearFaultsResponse": {
         "fields": {
          "faults": {
           "rule": "repeated",
           "type": "Fault",
           "id": 1
          }
         }
        },
        "ObserveService": {
         "methods": {
          "Subscribe": {
           "requestType": "SubscribeRequest",
           "responseType": "SubscribeResponse",
           "responseStream": true
          },
          "GetEntries": {
           "requestType": "GetEntriesRequest",
           "responseType": "GetEntriesResponse"
          }
         }
        },
        "SubscribeRequest": {
         "fields": {
          "messagesPerSecond": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "SubscribeResponse": {
         "fields": {
          "node": {
           "type": "uint64",
           "id": 1
          },
          "life": {
           "type": "uint64",
           "id": 2
          },
          "bootId": {
           "type": "string",
           "id": 3
          },
          "now": {
           "type": "double",
           "id": 4
          },
          "toEpochMs": {
           "type": "double",
           "id": 5
          },
          "state": {
           "type": "StateSample",
           "id": 6
          },
          "flows": {
           "rule": "repeated",
           "type": "FlowCount",
           "id": 7
          },
          "records": {
           "rule": "repeated",
           "type": "Record",
           "id": 8
          },
          "dropped": {
           "type": "uint64",
           "id": 9
          },
          "leftOut": {
           "type": "uint64",
           "id": 10
          }
         }
        },
        "StateSample": {
         "oneofs": {
          "_electionInMs": {
           "oneof": [
            "electionInMs"
           ]
          }
         },
         "fields": {
          "at": {
           "type": "double",
           "id": 1
          },
          "role": {
           "type": "Role",
           "id": 2
          },
          "term": {
           "type": "uint64",
           "id": 3
          },
          "votedFor": {
           "type": "uint64",
           "id": 4
          },
          "leader": {
           "type": "uint64",
           "id": 5
          },
          "firstIndex": {
           "type": "uint64",
           "id": 6
          },
          "lastIndex": {
           "type": "uint64",
           "id": 7
          },
          "durableIndex": {
           "type": "uint64",
           "id": 8
          },
          "commitIndex": {
           "type": "uint64",
           "id": 9
          },
          "appliedIndex": {
           "type": "uint64",
           "id": 10
          },
          "electionInMs": {
           "type": "double",
           "id": 11,
           "options": {
            "proto3_optional": true
           }
          },
          "electionTimeoutMs": {
           "type": "double",
           "id": 12
          },
          "votes": {
           "rule": "repeated",
           "type": "uint64",
           "id": 13
          },
          "members": {
           "rule": "repeated",
           "type": "MemberSample",
           "id": 14
          },
          "peers": {
           "rule": "repeated",
           "type": "PeerSample",
           "id": 15
          },
          "queues": {
           "type": "Queues",
           "id": 16
          },
          "runs": {
           "rule": "repeated",
           "type": "TermRun",
           "id": 17
          },
          "faults": {
           "rule": "repeated",
           "type": "StandingFault",
           "id": 18
          },
          "counts": {
           "keyType": "string",
           "type": "double",
           "id": 19
          },
          "stages": {
           "rule": "repeated",
           "type": "StageSample",
           "id": 20
          }
         }
        },
        "MemberSample": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "isVoter": {
           "type": "bool",
           "id": 2
          },
          "isOutgoing": {
           "type": "bool",
           "id": 3
          },
          "peerAddress": {
           "type": "string",
           "id": 4
          },
          "clientAddress": {
           "type": "string",
           "id": 5
          }
         }
        },
        "PeerSample": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "isVoter": {
           "type": "bool",
           "id": 2
          },
          "state": {
           "type": "string",
           "id": 3
          },
          "matchIndex": {
           "type": "uint64",
           "id": 4
          },
          "nextIndex": {
           "type": "uint64",
           "id": 5
          },
          "heardAgoMs": {
           "type": "double",
           "id": 6
          }
         }
        },
        "Queues": {
         "fields": {
          "turn": {
           "type": "uint64",
           "id": 1
          },
          "disk": {
           "type": "uint64",
           "id": 2
          },
          "requests": {
           "type": "uint64",
           "id": 3
          },
          "out": {
           "rule": "repeated",
           "type": "PeerQueue",
           "id": 4
          }
         }
        },
        "PeerQueue": {
         "fields": {
          "peer": {
           "type": "uint64",
           "id": 1
          },
          "messages": {
           "type": "uint64",
           "id": 2
          },
          "bytes": {
           "type": "uint64",
           "id": 3
          },
          "held": {
           "type": "uint64",
           "id": 4
          }
         }
        },
        "TermRun": {
         "fields": {
          "first": {
           "type": "uint64",
           "id": 1
          },
          "term": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "StandingFault": {
         "oneofs": {
          "_expiresInMs": {
           "oneof": [
            "expiresInMs"
           ]
          }
         },
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "what": {
           "type": "string",
           "id": 2
          },
          "expiresInMs": {
           "type": "double",
           "id": 3,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "StageSample": {
         "fields": {
          "name": {
           "type": "string",
           "id": 1
          },
          "boundsMs": {
           "rule": "repeated",
           "type": "double",
           "id": 2
          },
          "counts": {
           "rule": "repeated",
           "type": "uint64",
           "id": 3
          },
          "sumMs": {
           "type": "double",
           "id": 4
          }
         }
        },
        "FlowCount": {
         "fields": {
          "from": {
           "type": "uint64",
           "id": 1
          },
          "to": {
           "type": "uint64",
           "id": 2
          },
          "message": {
           "type": "string",
           "id": 3
          },
          "sent": {
           "type": "uint64",
           "id": 4
          },
          "received": {
           "type": "uint64",
           "id": 5
          },
          "lost": {
           "type": "uint64",
           "id": 6
          },
          "bytes": {
           "type": "uint64",
           "id": 7
          }
         }
        },
        "Record": {
         "fields": {
          "number": {
           "type": "uint64",
           "id": 1
          },
          "at": {
           "type": "double",
           "id": 2
          },
          "turn": {
           "type": "uint64",
           "id": 3
          },
          "type": {
           "type": "string",
           "id": 4
          },
          "fields": {
           "rule": "repeated",
           "type": "Field",
           "id": 5
          }
         }
        },
        "Field": {
         "oneofs": {
          "value": {
           "oneof": [
            "number",
            "text",
            "flag",
            "numbers"
           ]
          }
         },
         "fields": {
          "name": {
           "type": "string",
           "id": 1
          },
          "number": {
           "type": "double",
           "id": 2
          },
          "text": {
           "type": "string",
           "id": 3
          },
          "flag": {
           "type": "bool",
           "id": 4
          },
          "numbers": {
           "type": "Numbers",
           "id": 5
          }
         }
        },
        "Numbers": {
         "fields": {
          "values": {
           "rule": "repeated",
           "type": "double",
           "id": 1
          }
         }
        },
        "GetEntriesRequest": {
         "fields": {
          "first": {
           "type": "uint64",
           "id": 1
          },
          "last": {
           "type": "uint64",
           "id": 2
          },
          "withValues": {
           "type": "bool",
           "id": 3
          }
         }
        },
        "GetEntriesResponse": {
         "fields": {
          "entries": {
           "rule": "repeated",
           "type": "EntrySample",
           "id": 1
          }
         }
        },
        "EntrySample": {
         "fields": {
          "index": {
           "type": "uint64",
           "id": 1
          },
          "term": {
           "type": "uint64",
           "id": 2
          },
          "kind": {
           "type": "string",
           "id": 3
          },
          "text": {
           "type": "string",
           "id": 4
          }
         }
        }
       }
      }
     }
    },
    "client": {
     "nested": {
      "v1": {
       "nested": {
        "ClientService": {
         "methods": {
          "Submit": {
           "requestType": "SubmitRequest",
           "responseType": "SubmitResponse"
          },
          "SubmitStream": {
           "requestType": "SubmitStreamRequest",
           "requestStream": true,
           "responseType": "SubmitStreamResponse",
           "responseStream": true
          },
          "Read": {
           "requestType": "ReadRequest",
           "responseType": "ReadResponse"
          },
          "ReadStream": {
           "requestType": "ReadStreamRequest",
           "requestStream": true,
           "responseType": "ReadStreamResponse",
           "responseStream": true
          },
          "Scan": {
           "requestType": "ScanRequest",
           "responseType": "ScanResponse"
          },
          "Watch": {
           "requestType": "WatchRequest",
           "responseType": "WatchResponse",
           "responseStream": true
          },
          "OpenSession": {
           "requestType": "OpenSessionRequest",
           "responseType": "OpenSessionResponse"
          },
          "KeepSession": {
           "requestType": "KeepSessionRequest",
           "responseType": "KeepSessionResponse"
          },
          "CloseSession": {
           "requestType": "CloseSessionRequest",
           "responseType": "CloseSessionResponse"
          }
         }
        },
        "Value": {
         "oneofs": {
          "kind": {
           "oneof": [
            "text",
            "data"
           ]
          }
         },
         "fields": {
          "text": {
           "type": "string",
           "id": 1
          },
          "data": {
           "type": "bytes",
           "id": 2
          }
         }
        },
        "Command": {
         "oneofs": {
          "kind": {
           "oneof": [
            "set",
            "delete",
            "compareAndSet"
           ]
          }
         },
         "fields": {
          "set": {
           "type": "Set",
           "id": 1
          },
          "delete": {
           "type": "Delete",
           "id": 2
          },
          "compareAndSet": {
           "type": "CompareAndSet",
           "id": 3
          }
         }
        },
        "Set": {
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          },
          "value": {
           "type": "Value",
           "id": 2
          },
          "attached": {
           "type": "bool",
           "id": 3
          }
         }
        },
        "Delete": {
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          }
         }
        },
        "CompareAndSet": {
         "oneofs": {
          "expected": {
           "oneof": [
            "value",
            "revision",
            "absent"
           ]
          }
         },
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          },
          "value": {
           "type": "Value",
           "id": 2
          },
          "revision": {
           "type": "uint64",
           "id": 3
          },
          "absent": {
           "type": "bool",
           "id": 4
          },
          "newValue": {
           "type": "Value",
           "id": 5
          },
          "attached": {
           "type": "bool",
           "id": 6
          }
         }
        },
        "SubmitRequest": {
         "fields": {
          "commands": {
           "rule": "repeated",
           "type": "Command",
           "id": 1
          },
          "session": {
           "type": "RequestSession",
           "id": 2
          },
          "incarnationId": {
           "type": "string",
           "id": 3
          }
         }
        },
        "RequestSession": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "sequence": {
           "type": "uint64",
           "id": 2
          },
          "firstOutstanding": {
           "type": "uint64",
           "id": 3
          },
          "incarnationId": {
           "type": "string",
           "id": 4
          }
         }
        },
        "SubmitResponse": {
         "fields": {
          "succeeded": {
           "type": "bool",
           "id": 1
          },
          "revision": {
           "type": "uint64",
           "id": 2
          },
          "results": {
           "rule": "repeated",
           "type": "CommandResult",
           "id": 3
          },
          "incarnationId": {
           "type": "string",
           "id": 4
          }
         }
        },
        "CommandResult": {
         "fields": {
          "succeeded": {
           "type": "bool",
           "id": 1
          },
          "existed": {
           "type": "bool",
           "id": 2
          },
          "current": {
           "type": "KeyValue",
           "id": 3
          }
         }
        },
        "KeyValue": {
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          },
          "value": {
           "type": "Value",
           "id": 2
          },
          "revision": {
           "type": "uint64",
           "id": 3
          }
         }
        },
        "SubmitStreamRequest": {
         "fields": {
          "items": {
           "rule": "repeated",
           "type": "SubmitItem",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          }
         }
        },
        "SubmitItem": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "request": {
           "type": "SubmitRequest",
           "id": 2
          }
         }
        },
        "SubmitStreamResponse": {
         "fields": {
          "results": {
           "rule": "repeated",
           "type": "SubmitResult",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          }
         }
        },
        "SubmitResult": {
         "oneofs": {
          "outcome": {
           "oneof": [
            "response",
            "error"
           ]
          }
         },
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "response": {
           "type": "SubmitResponse",
           "id": 2
          },
          "error": {
           "type": "Error",
           "id": 3
          }
         }
        },
        "ReadRequest": {
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          },
          "local": {
           "type": "bool",
           "id": 2
          },
          "incarnationId": {
           "type": "string",
           "id": 3
          }
         }
        },
        "ReadResponse": {
         "fields": {
          "found": {
           "type": "KeyValue",
           "id": 1
          },
          "appliedIndex": {
           "type": "uint64",
           "id": 2
          },
          "incarnationId": {
           "type": "string",
           "id": 3
          }
         }
        },
        "ReadStreamRequest": {
         "fields": {
          "items": {
           "rule": "repeated",
           "type": "ReadItem",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          }
         }
        },
        "ReadItem": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "request": {
           "type": "ReadRequest",
           "id": 2
          }
         }
        },
        "ReadStreamResponse": {
         "fields": {
          "results": {
           "rule": "repeated",
           "type": "ReadResult",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          }
         }
        },
        "ReadResult": {
         "oneofs": {
          "outcome": {
           "oneof": [
            "response",
            "error"
           ]
          }
         },
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "response": {
           "type": "ReadResponse",
           "id": 2
          },
          "error": {
           "type": "Error",
           "id": 3
          }
         }
        },
        "ScanRequest": {
         "fields": {
          "prefix": {
           "type": "string",
           "id": 1
          },
          "start": {
           "type": "string",
           "id": 2
          },
          "end": {
           "type": "string",
           "id": 3
          },
          "limit": {
           "type": "uint32",
           "id": 4
          },
          "local": {
           "type": "bool",
           "id": 5
          },
          "incarnationId": {
           "type": "string",
           "id": 6
          }
         }
        },
        "ScanResponse": {
         "fields": {
          "items": {
           "rule": "repeated",
           "type": "KeyValue",
           "id": 1
          },
          "nextStart": {
           "type": "string",
           "id": 2
          },
          "appliedIndex": {
           "type": "uint64",
           "id": 3
          },
          "incarnationId": {
           "type": "string",
           "id": 4
          }
         }
        },
        "WatchRequest": {
         "oneofs": {
          "keys": {
           "oneof": [
            "key",
            "prefix",
            "all"
           ]
          }
         },
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          },
          "prefix": {
           "type": "string",
           "id": 2
          },
          "all": {
           "type": "bool",
           "id": 3
          },
          "fromRevision": {
           "type": "uint64",
           "id": 4
          },
          "incarnationId": {
           "type": "string",
           "id": 5
          }
         }
        },
        "WatchResponse": {
         "fields": {
          "changes": {
           "rule": "repeated",
           "type": "Change",
           "id": 1
          },
          "revision": {
           "type": "uint64",
           "id": 2
          },
          "incarnationId": {
           "type": "string",
           "id": 3
          }
         }
        },
        "Change": {
         "fields": {
          "key": {
           "type": "string",
           "id": 1
          },
          "value": {
           "type": "Value",
           "id": 2
          },
          "revision": {
           "type": "uint64",
           "id": 3
          }
         }
        },
        "OpenSessionRequest": {
         "fields": {
          "timeoutMs": {
           "type": "uint64",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          },
          "name": {
           "type": "string",
           "id": 3
          }
         }
        },
        "OpenSessionResponse": {
         "fields": {
          "sessionId": {
           "type": "uint64",
           "id": 1
          },
          "timeoutMs": {
           "type": "uint64",
           "id": 2
          },
          "incarnationId": {
           "type": "string",
           "id": 3
          }
         }
        },
        "KeepSessionRequest": {
         "fields": {
          "sessionId": {
           "type": "uint64",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          }
         }
        },
        "KeepSessionResponse": {
         "fields": {}
        },
        "CloseSessionRequest": {
         "fields": {
          "sessionId": {
           "type": "uint64",
           "id": 1
          },
          "incarnationId": {
           "type": "string",
           "id": 2
          }
         }
        },
        "CloseSessionResponse": {
         "fields": {}
        },
        "Error": {
         "fields": {
          "code": {
           "type": "uint32",
           "id": 1
          },
          "reason": {
           "type": "string",
           "id": 2
          },
          "message": {
           "type": "string",
           "id": 3
          },
          "mayHaveHappened": {
           "type": "bool",
           "id": 4
          },
          "retry": {
           "type": "string",
           "id": 5
          }
         }
        }
       }
      }
     }
    },
    "raft": {
     "nested": {
      "v1": {
       "nested": {
        "RaftService": {
         "methods": {
          "RequestVote": {
           "requestType": "RequestVoteRequest",
           "responseType": "RequestVoteResponse"
          },
          "AppendEntries": {
           "requestType": "AppendEntriesRequest",
           "requestStream": true,
           "responseType": "AppendEntriesResponse",
           "responseStream": true
          },
          "Forward": {
           "requestType": "ForwardRequest",
           "requestStream": true,
           "responseType": "ForwardResponse",
           "responseStream": true
          },
          "InstallSnapshot": {
           "requestType": "InstallSnapshotRequest",
           "requestStream": true,
           "responseType": "InstallSnapshotResponse",
           "responseStream": true
          },
          "CompareState": {
           "requestType": "CompareStateRequest",
           "responseType": "CompareStateResponse"
          },
          "Introduce": {
           "requestType": "IntroduceRequest",
           "responseType": "IntroduceResponse"
          }
         }
        },
        "Envelope": {
         "fields": {
          "clusterId": {
           "type": "string",
           "id": 1
          },
          "from": {
           "type": "uint64",
           "id": 2
          },
          "to": {
           "type": "uint64",
           "id": 3
          },
          "term": {
           "type": "uint64",
           "id": 4
          },
          "diskId": {
           "type": "string",
           "id": 5
          },
          "toDiskId": {
           "type": "string",
           "id": 6
          },
          "incarnationId": {
           "type": "string",
           "id": 7
          },
          "run": {
           "type": "uint64",
           "id": 8
          },
          "sequence": {
           "type": "uint64",
           "id": 9
          }
         }
        },
        "RequestVoteRequest": {
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "preVote": {
           "type": "bool",
           "id": 2
          },
          "lastLogIndex": {
           "type": "uint64",
           "id": 3
          },
          "lastLogTerm": {
           "type": "uint64",
           "id": 4
          },
          "transfer": {
           "type": "bool",
           "id": 5
          }
         }
        },
        "RequestVoteResponse": {
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "preVote": {
           "type": "bool",
           "id": 2
          },
          "granted": {
           "type": "bool",
           "id": 3
          }
         }
        },
        "AppendEntriesRequest": {
         "oneofs": {
          "body": {
           "oneof": [
            "append",
            "heartbeat",
            "timeoutNow"
           ]
          }
         },
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "append": {
           "type": "Append",
           "id": 2
          },
          "heartbeat": {
           "type": "Heartbeat",
           "id": 3
          },
          "timeoutNow": {
           "type": "TimeoutNow",
           "id": 4
          }
         }
        },
        "Append": {
         "fields": {
          "prevIndex": {
           "type": "uint64",
           "id": 1
          },
          "prevTerm": {
           "type": "uint64",
           "id": 2
          },
          "commit": {
           "type": "uint64",
           "id": 3
          },
          "entries": {
           "type": "bytes",
           "id": 4
          }
         }
        },
        "Heartbeat": {
         "fields": {
          "commit": {
           "type": "uint64",
           "id": 1
          },
          "round": {
           "type": "uint64",
           "id": 2
          },
          "lastSent": {
           "type": "uint64",
           "id": 3
          },
          "confirmed": {
           "type": "uint64",
           "id": 4
          }
         }
        },
        "TimeoutNow": {
         "fields": {}
        },
        "AppendEntriesResponse": {
         "oneofs": {
          "body": {
           "oneof": [
            "append",
            "heartbeat"
           ]
          }
         },
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "append": {
           "type": "AppendReply",
           "id": 2
          },
          "heartbeat": {
           "type": "HeartbeatReply",
           "id": 3
          }
         }
        },
        "AppendReply": {
         "oneofs": {
          "outcome": {
           "oneof": [
            "match",
            "conflict"
           ]
          }
         },
         "fields": {
          "match": {
           "type": "AppendMatch",
           "id": 1
          },
          "conflict": {
           "type": "AppendConflict",
           "id": 2
          }
         }
        },
        "AppendMatch": {
         "fields": {
          "index": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "AppendConflict": {
         "fields": {
          "prevIndex": {
           "type": "uint64",
           "id": 1
          },
          "hintIndex": {
           "type": "uint64",
           "id": 2
          },
          "hintTerm": {
           "type": "uint64",
           "id": 3
          }
         }
        },
        "HeartbeatReply": {
         "fields": {
          "round": {
           "type": "uint64",
           "id": 1
          },
          "lastSent": {
           "type": "uint64",
           "id": 2
          },
          "receivedIndex": {
           "type": "uint64",
           "id": 3
          },
          "matchIndex": {
           "type": "uint64",
           "id": 4
          },
          "lacks": {
           "type": "uint64",
           "id": 5
          }
         }
        },
        "ForwardRequest": {
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "commands": {
           "rule": "repeated",
           "type": "ForwardedCommand",
           "id": 2
          },
          "reads": {
           "rule": "repeated",
           "type": "ReadIndexRequest",
           "id": 3
          }
         }
        },
        "ForwardedCommand": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "command": {
           "type": "bytes",
           "id": 2
          },
          "sequence": {
           "type": "uint64",
           "id": 3
          }
         }
        },
        "ReadIndexRequest": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "sequence": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "ForwardResponse": {
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "results": {
           "rule": "repeated",
           "type": "ForwardedResult",
           "id": 2
          },
          "reads": {
           "rule": "repeated",
           "type": "ReadIndexResponse",
           "id": 3
          }
         }
        },
        "ForwardedResult": {
         "oneofs": {
          "outcome": {
           "oneof": [
            "done",
            "refused",
            "unknown"
           ]
          }
         },
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "done": {
           "type": "ForwardDone",
           "id": 2
          },
          "refused": {
           "type": "ForwardRefusal",
           "id": 3
          },
          "unknown": {
           "type": "ForwardUnknown",
           "id": 4
          },
          "sequence": {
           "type": "uint64",
           "id": 5
          }
         }
        },
        "ForwardDone": {
         "fields": {
          "index": {
           "type": "uint64",
           "id": 1
          },
          "result": {
           "type": "bytes",
           "id": 2
          }
         }
        },
        "ForwardRefusal": {
         "fields": {
          "reason": {
           "type": "string",
           "id": 1
          },
          "leader": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "ForwardUnknown": {
         "fields": {
          "reason": {
           "type": "string",
           "id": 1
          }
         }
        },
        "ReadIndexResponse": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "index": {
           "type": "uint64",
           "id": 2
          },
          "sequence": {
           "type": "uint64",
           "id": 3
          }
         }
        },
        "InstallSnapshotRequest": {
         "oneofs": {
          "body": {
           "oneof": [
            "begin",
            "chunk"
           ]
          }
         },
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "begin": {
           "type": "SnapshotBegin",
           "id": 2
          },
          "chunk": {
           "type": "SnapshotChunk",
           "id": 3
          }
         }
        },
        "SnapshotBegin": {
         "fields": {
          "index": {
           "type": "uint64",
           "id": 1
          },
          "term": {
           "type": "uint64",
           "id": 2
          },
          "time": {
           "type": "uint64",
           "id": 3
          },
          "members": {
           "type": "bytes",
           "id": 4
          },
          "membersIndex": {
           "type": "uint64",
           "id": 5
          },
          "count": {
           "type": "uint64",
           "id": 6
          },
          "digest": {
           "type": "string",
           "id": 7
          },
          "bytes": {
           "type": "uint64",
           "id": 8
          },
          "checksum": {
           "type": "fixed32",
           "id": 9
          }
         }
        },
        "SnapshotChunk": {
         "oneofs": {
          "_after": {
           "oneof": [
            "after"
           ]
          }
         },
         "fields": {
          "after": {
           "type": "bytes",
           "id": 1,
           "options": {
            "proto3_optional": true
           }
          },
          "records": {
           "type": "bytes",
           "id": 2
          },
          "isLast": {
           "type": "bool",
           "id": 3
          },
          "checksum": {
           "type": "fixed32",
           "id": 4
          }
         }
        },
        "InstallSnapshotResponse": {
         "oneofs": {
          "outcome": {
           "oneof": [
            "next",
            "installed",
            "stale",
            "refused"
           ]
          }
         },
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "next": {
           "type": "SnapshotNext",
           "id": 2
          },
          "installed": {
           "type": "SnapshotInstalled",
           "id": 3
          },
          "stale": {
           "type": "SnapshotStale",
           "id": 4
          },
          "refused": {
           "type": "SnapshotRefusal",
           "id": 5
          }
         }
        },
        "SnapshotNext": {
         "oneofs": {
          "_cursor": {
           "oneof": [
            "cursor"
           ]
          }
         },
         "fields": {
          "cursor": {
           "type": "bytes",
           "id": 1,
           "options": {
            "proto3_optional": true
           }
          }
         }
        },
        "SnapshotInstalled": {
         "fields": {}
        },
        "SnapshotStale": {
         "fields": {
          "commitIndex": {
           "type": "uint64",
           "id": 1
          }
         }
        },
        "SnapshotRefusal": {
         "fields": {
          "why": {
           "type": "string",
           "id": 1
          }
         }
        },
        "CompareStateRequest": {
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "index": {
           "type": "uint64",
           "id": 2
          }
         }
        },
        "CompareStateResponse": {
         "fields": {
          "envelope": {
           "type": "Envelope",
           "id": 1
          },
          "digest": {
           "type": "PointDigest",
           "id": 2
          }
         }
        },
        "PointDigest": {
         "fields": {
          "index": {
           "type": "uint64",
           "id": 1
          },
          "records": {
           "type": "uint64",
           "id": 2
          },
          "digest": {
           "type": "string",
           "id": 3
          }
         }
        },
        "IntroduceRequest": {
         "fields": {
          "clusterId": {
           "type": "string",
           "id": 1
          },
          "from": {
           "type": "uint64",
           "id": 2
          },
          "to": {
           "type": "uint64",
           "id": 3
          },
          "diskId": {
           "type": "string",
           "id": 4
          },
          "list": {
           "rule": "repeated",
           "type": "ListedNode",
           "id": 5
          }
         }
        },
        "ListedNode": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "peerAddress": {
           "type": "string",
           "id": 2
          }
         }
        },
        "IntroduceResponse": {
         "oneofs": {
          "stage": {
           "oneof": [
            "founding",
            "born"
           ]
          }
         },
         "fields": {
          "clusterId": {
           "type": "string",
           "id": 1
          },
          "from": {
           "type": "uint64",
           "id": 2
          },
          "diskId": {
           "type": "string",
           "id": 3
          },
          "founding": {
           "type": "Founding",
           "id": 4
          },
          "born": {
           "type": "Born",
           "id": 5
          }
         }
        },
        "Founding": {
         "fields": {
          "list": {
           "rule": "repeated",
           "type": "ListedNode",
           "id": 1
          }
         }
        },
        "Born": {
         "fields": {
          "incarnationId": {
           "type": "string",
           "id": 1
          },
          "acquaintance": {
           "type": "Acquaintance",
           "id": 2
          },
          "members": {
           "rule": "repeated",
           "type": "FirstMember",
           "id": 3
          },
          "clientAddress": {
           "type": "string",
           "id": 4
          }
         }
        },
        "Acquaintance": {
         "values": {
          "ACQUAINTANCE_UNSPECIFIED": 0,
          "ACQUAINTANCE_SAME_DISK": 1,
          "ACQUAINTANCE_UNKNOWN_DISK": 2,
          "ACQUAINTANCE_OTHER_DISK": 3,
          "ACQUAINTANCE_STRANGER": 4,
          "ACQUAINTANCE_REMOVED": 5
         }
        },
        "FirstMember": {
         "fields": {
          "id": {
           "type": "uint64",
           "id": 1
          },
          "peerAddress": {
           "type": "string",
           "id": 2
          },
          "clientAddress": {
           "type": "string",
           "id": 3
          },
          "diskId": {
           "type": "string",
           "id": 4
          }
         }
        }
       }
      }
     }
    }
   }
  },
  "grpc": {
   "nested": {
    "health": {
     "nested": {
      "v1": {
       "nested": {
        "Health": {
         "methods": {
          "Check": {
           "requestType": "HealthCheckRequest",
           "responseType": "HealthCheckResponse"
          },
          "List": {
           "requestType": "HealthListRequest",
           "responseType": "HealthListResponse"
          },
          "Watch": {
           "requestType": "HealthCheckRequest",
           "responseType": "HealthCheckResponse",
           "responseStream": true
          }
         }
        },
        "HealthCheckRequest": {
         "fields": {
          "service": {
           "type": "string",
           "id": 1
          }
         }
        },
        "HealthCheckResponse": {
         "fields": {
          "status": {
           "type": "ServingStatus",
           "id": 1
          }
         },
         "nested": {
          "ServingStatus": {
           "values": {
            "UNKNOWN": 0,
            "SERVING": 1,
            "NOT_SERVING": 2,
            "SERVICE_UNKNOWN": 3
           }
          }
         }
        },
        "HealthListRequest": {
         "fields": {}
        },
        "HealthListResponse": {
         "fields": {
          "statuses": {
           "keyType": "string",
           "type": "HealthCheckResponse",
           "id": 1
          }
         }
        }
       }
      }
     }
    },
    "reflection": {
     "nested": {
      "v1": {
       "nested": {
        "ServerReflection": {
         "methods": {
          "ServerReflectionInfo": {
           "requestType": "ServerReflectionRequest",
           "requestStream": true,
           "responseType": "ServerReflectionResponse",
           "responseStream": true
          }
         }
        },
        "ServerReflectionRequest": {
         "oneofs": {
          "messageRequest": {
           "oneof": [
            "fileByFilename",
            "fileContainingSymbol",
            "fileContainingExtension",
            "allExtensionNumbersOfType",
            "listServices"
           ]
          }
         },
         "fields": {
          "host": {
           "type": "string",
           "id": 1
          },
          "fileByFilename": {
           "type": "string",
           "id": 3
          },
          "fileContainingSymbol": {
           "type": "string",
           "id": 4
          },
          "fileContainingExtension": {
           "type": "ExtensionRequest",
           "id": 5
          },
          "allExtensionNumbersOfType": {
           "type": "string",
           "id": 6
          },
          "listServices": {
           "type": "string",
           "id": 7
          }
         }
        },
        "ExtensionRequest": {
         "fields": {
          "containingType": {
           "type": "string",
           "id": 1
          },
          "extensionNumber": {
           "type": "int32",
           "id": 2
          }
         }
        },
        "ServerReflectionResponse": {
         "oneofs": {
          "messageResponse": {
           "oneof": [
            "fileDescriptorResponse",
            "allExtensionNumbersResponse",
            "listServicesResponse",
            "errorResponse"
           ]
          }
         },
         "fields": {
          "validHost": {
           "type": "string",
           "id": 1
          },
          "originalRequest": {
           "type": "ServerReflectionRequest",
           "id": 2
          },
          "fileDescriptorResponse": {
           "type": "FileDescriptorResponse",
           "id": 4
          },
          "allExtensionNumbersResponse": {
           "type": "ExtensionNumberResponse",
           "id": 5
          },
          "listServicesResponse": {
           "type": "ListServiceResponse",
           "id": 6
          },
          "errorResponse": {
           "type": "ErrorResponse",
           "id": 7
          }
         }
        },
        "FileDescriptorResponse": {
         "fields": {
          "fileDescriptorProto": {
           "rule": "repeated",
           "type": "bytes",
           "id": 1
          }
         }
        },
        "ExtensionNumberResponse": {
         "fields": {
          "baseTypeName": {
           "type": "string",
           "id": 1
          },
          "extensionNumber": {
           "rule": "repeated",
           "type": "int32",
           "id": 2
          }
         }
        },
        "ListServiceResponse": {
         "fields": {
          "service": {
           "rule": "repeated",
           "type": "ServiceResponse",
           "id": 1
          }
         }
        },
        "ServiceResponse": {
         "fields": {
          "name": {
           "type": "string",
           "id": 1
          }
         }
        },
        "ErrorResponse": {
         "fields": {
          "errorCode": {
           "type": "int32",
           "id": 1
          },
          "errorMessage": {
           "type": "string",
           "id": 2
          }
         }
        }
       }
      }
     }
    }
   }
  }
 }
} as unknown as INamespace;
