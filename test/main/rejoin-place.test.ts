import type { MembersView } from "../../src/repair/member-words.ts";
import { type Place, type PlaceAdmin, takePlace } from "../../src/repair/place.ts";
import { incarnationId } from "../incarnations.ts";

const place: Place = {
  old: 3,
  ids: [3],
  clusterId: "balsa",
  peerAddress: "host3:7000",
  clientAddress: "host3:8000",
  diskId: "new disk",
};

/** What node 4 is to the cluster: the earlier attempt of a disk that is lost, at the same address. */
const attempt = { nodeId: 4, peerAddress: "host3:7000", diskId: "lost disk", toBePromoted: true, role: "MEMBER_ROLE_LEARNER" };
const others = [1, 2, 3].map((nodeId) => ({ nodeId, peerAddress: `host${nodeId}:7000`, diskId: `disk ${nodeId}` }));
const follower = { incarnationId, leaderId: 1, progress: [], members: [...others, attempt] };
const heardMs = (lastHeardMs: number) => ({ ...follower, progress: [{ nodeId: 4, lastHeardMs }] });

/** A cluster that tells its members so, one answer after the other and the last one for ever, and notes what it is asked. */
function cluster(...views: readonly object[]) {
  const asked: string[] = [];
  let next = 0;
  const admin: PlaceAdmin = {
    members: () => {
      asked.push("members");
      return Promise.resolve(views[Math.min(next++, views.length - 1)] as MembersView);
    },
    removeNode: ({ nodeId }) => {
      asked.push(`remove ${nodeId}`);
      return Promise.resolve();
    },
    addNode: () => Promise.reject(new Error("nobody is added")),
    replaceNode: ({ nodeId }) => {
      asked.push(`replace ${nodeId}`);
      return Promise.resolve(5);
    },
  };
  return { admin, asked };
}

test("an earlier attempt whose disk is lost is cleared away, once the leader misses it", async () => {
  const { admin, asked } = cluster(follower, heardMs(100), heardMs(2_500));
  expect(await takePlace(admin, place, 10_000)).toBeNull();
  expect(asked).toEqual(["members", "members", "members", "remove 4"]);
});

test("what a follower that lags takes for an earlier attempt is left alone if the leader knows better", async () => {
  const voter = { ...attempt, toBePromoted: false, role: "MEMBER_ROLE_VOTER" };
  const { admin, asked } = cluster(follower, { ...heardMs(2_500), members: [...others, voter] });
  expect(await takePlace(admin, place, 10_000)).toBeNull();
  expect(asked).toEqual(["members", "members"]);
});

test("where nothing is in the way the old node is replaced", async () => {
  const { admin, asked } = cluster({ ...follower, members: others });
  expect(await takePlace(admin, place, 10_000)).toEqual({ nodeId: 5, incarnationId });
  expect(asked).toEqual(["members", "replace 3"]);
});
