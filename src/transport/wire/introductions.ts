import { bootstrapMembers, isIncarnationId, membersProblems } from "../../core/members.ts";
import type { Member } from "../../core/types.ts";
import type { Acquaintance as ProtoAcquaintance } from "../../generated/balsa/raft/v1/Acquaintance.ts";
import type { Born__Output } from "../../generated/balsa/raft/v1/Born.ts";
import type { ListedNode__Output } from "../../generated/balsa/raft/v1/ListedNode.ts";
import type { Acquaintance, Birth, Introduction, IntroductionAnswer, Listed, Stage } from "../../node/founding/introduction.ts";
import { Malformed, safeInteger } from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** Introduce and its answer, to bytes and back. Whoever speaks is not known yet, so all of it is looked at. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.Introduce;

/** Most nodes in a list, and the longest name or address; whatever has more is no node's. */
const nodesMax = 1_000;
const textMax = 1_000;

const acquaintances: Readonly<Record<Acquaintance, ProtoAcquaintance>> = {
  untold: "ACQUAINTANCE_UNSPECIFIED",
  sameDisk: "ACQUAINTANCE_SAME_DISK",
  unknownDisk: "ACQUAINTANCE_UNKNOWN_DISK",
  otherDisk: "ACQUAINTANCE_OTHER_DISK",
  removed: "ACQUAINTANCE_REMOVED",
  stranger: "ACQUAINTANCE_STRANGER",
};

export type IntroductionReading<T> =
  | { readonly type: "message"; readonly body: T }
  | { readonly type: "malformed"; readonly why: string };

export function writeIntroduction({ clusterId, from, to, diskId, list }: Introduction): Buffer {
  return requestSerialize({ clusterId, from, to, diskId, list: list.map(listedOf) });
}

export function readIntroduction(bytes: Buffer): IntroductionReading<Introduction> {
  return read(() => {
    const { clusterId, from, to, diskId, list } = requestDeserialize(bytes);
    return {
      clusterId: text(clusterId, "cluster_id"),
      from: nodeId(from),
      to: nodeId(to),
      diskId: name(diskId, "disk_id"),
      list: readList(list),
    };
  });
}

export function writeIntroductionAnswer({ clusterId, from, diskId, stage }: IntroductionAnswer): Buffer {
  if (stage.type === "founding")
    return responseSerialize({ clusterId, from, diskId, founding: { list: stage.list.map(listedOf) } });
  const { birth, acquaintance, clientAddress } = stage;
  const { incarnationId, members } = birth;
  const born = { incarnationId, acquaintance: acquaintances[acquaintance], members: [...members], clientAddress };
  return responseSerialize({ clusterId, from, diskId, born });
}

export function readIntroductionAnswer(bytes: Buffer): IntroductionReading<IntroductionAnswer> {
  return read(() => {
    const { clusterId, from, diskId, founding, born } = responseDeserialize(bytes);
    const stage: Stage | null = founding ? { type: "founding", list: readList(founding.list) } : born ? readBorn(born) : null;
    if (stage === null) throw new Malformed("it does not say whether its node has a cluster");
    return { clusterId: text(clusterId, "cluster_id"), from: nodeId(from), diskId: name(diskId, "disk_id"), stage };
  });
}

function readBorn({ incarnationId, acquaintance, members, clientAddress }: Born__Output): Stage {
  const known = (Object.keys(acquaintances) as Acquaintance[]).find((each) => acquaintances[each] === acquaintance);
  const birth: Birth = { incarnationId, members: few(members).map(readMember) };
  if (!isIncarnationId(incarnationId)) throw new Malformed("its incarnation is none");
  const [problem] = membersProblems(bootstrapMembers(birth.members, incarnationId));
  if (problem !== undefined) throw new Malformed(`its members are impossible: ${problem}`);
  return { type: "born", birth, acquaintance: known ?? "untold", clientAddress: text(clientAddress, "client_address") };
}

function readMember({ id, peerAddress, clientAddress, diskId }: Member): Member {
  return {
    id: nodeId(id),
    peerAddress: text(peerAddress, "peer_address"),
    clientAddress: text(clientAddress, "client_address"),
    diskId: text(diskId, "disk_id"),
  };
}

function readList(list: readonly ListedNode__Output[]): Listed[] {
  const nodes = few(list).map(({ id, peerAddress }) => ({ id: nodeId(id), peerAddress: text(peerAddress, "peer_address") }));
  if (new Set(nodes.map(({ id }) => id)).size !== nodes.length) throw new Malformed("it lists a node twice");
  return nodes;
}

function listedOf({ id, peerAddress }: Listed): Listed {
  return { id, peerAddress };
}

function few<T>(list: readonly T[]): readonly T[] {
  if (list.length > nodesMax) throw new Malformed(`it names more than ${nodesMax} nodes`);
  return list;
}

function nodeId(value: number): number {
  if (safeInteger(value, "node id") < 1) throw new Malformed("a node id is 0");
  return value;
}

function name(value: string, what: string): string {
  if (value === "") throw new Malformed(`its ${what} is empty`);
  return text(value, what);
}

function text(value: string, what: string): string {
  if (value.length > textMax) throw new Malformed(`its ${what} is longer than ${textMax} characters`);
  return value;
}

function read<T>(body: () => T): IntroductionReading<T> {
  try {
    return { type: "message", body: body() };
  } catch (error) {
    return { type: "malformed", why: error instanceof Error ? error.message : String(error) };
  }
}
