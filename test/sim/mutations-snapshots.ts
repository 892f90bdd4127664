import type { Mutation } from "./mutation.ts";

const behind = ["--faults", "isolateLeader,partition,cuts,crash,crashMany,slowDisk,join,badWeather"];

/** Mistakes in compaction, in snapshots, and in what they carry: the sessions. */
export const snapshotMutations: readonly Mutation[] = [
  {
    name: "the log drops entries whose effect could still be lost",
    changes: [
      {
        file: "core/snapshot.ts",
        find: "Math.min(index, state.appliedIndex, log.tailStart",
        replace: "Math.min(state.appliedIndex, log.tailStart",
      },
    ],
    worlds: 100,
    options: ["--faults", "crash,crashMany,crashLeader"],
  },
  {
    name: "rule 39: a snapshot that is not newer than the commit index is installed",
    changes: [
      {
        file: "core/snapshot.ts",
        find: 'if (index <= state.commitIndex) return state.answer({ type: "snapshotStale", ticket, commitIndex: state.commitIndex });',
        replace: "",
      },
      // It would mostly not come as far: its pieces are not wanted either.
      {
        file: "node/snapshots/snapshot-receiver.ts",
        find: 'if (meta.index <= view.commitIndex) return reply({ type: "stale", commitIndex: view.commitIndex });',
        replace: "",
      },
    ],
    worlds: 1000,
    options: ["--faults", "crash,crashLeader,crashMany"],
  },
  {
    name: "rule 41: the state is switched before the log says so",
    changes: [
      {
        file: "node/turn/stores.ts",
        find: "      this.#write(store, () => {\n        this.#switch(snapshot, (point) => {\n",
        replace: "      this.#switch(snapshot, (point) => {\n        this.#write(store, () => {\n",
      },
    ],
    worlds: 400,
    options: behind,
  },
  {
    name: "rule 41: a snapshot is installed without a look at what came",
    changes: [
      {
        file: "node/snapshots/snapshot-receiver.ts",
        find: "    staged.finish((error, isWhole) => {",
        replace: "    ((done) => done(null, true))((error: Error | null, isWhole: boolean) => {",
      },
    ],
    worlds: 50,
    options: behind,
  },
  {
    name: "rule 40: what follows on a snapshot stays, though the logs differ there",
    changes: [
      {
        file: "core/log.ts",
        find: "const stays = this.matches(base.index, base.term);",
        replace: "const stays = this.lastIndex >= base.index;",
      },
    ],
    worlds: 1000,
    options: ["--nodes", "5", "--faults", "isolateLeader,crashLeader,longLinks"],
  },
  {
    name: "rule 43: applying goes on where it was before a snapshot was installed",
    changes: [
      {
        file: "node/apply/applier.ts",
        find: "      this.#point = point;\n      // What was added",
        replace: "      // What was added",
      },
    ],
    worlds: 200,
    options: behind,
  },
  {
    name: "rule 43: records from before an installation stay in memory",
    changes: [
      {
        file: "node/apply/applier.ts",
        find: "      this.#cache = new RecordCache(this.#options.recordCacheBytesMax);\n      this.#point = point;",
        replace: "      this.#point = point;",
      },
    ],
    worlds: 200,
    options: behind,
  },
  {
    name: "rule 43: a snapshot is installed while a batch is being written",
    changes: [
      {
        file: "node/apply/applier.ts",
        find: '    if (work.type === "applying") work.install = install;\n    else this.#install(install);',
        replace: "    this.#install(install);",
      },
    ],
    worlds: 400,
    options: behind,
  },
  {
    name: "rule 45: a follower that has its snapshot is not sent what follows",
    changes: [{ file: "core/snapshot.ts", find: "  progress.installed(index, state.log.lastIndex);\n", replace: "" }],
    worlds: 200,
    options: behind,
  },
  {
    name: "rule 50: a repeated request is done again",
    changes: [{ file: "machine/sessions.ts", find: "    if (earlier !== null) return encodeAnswered(earlier);\n", replace: "" }],
    worlds: 50,
  },
  {
    name: "rule 50: answers are forgotten that their client still waits for",
    changes: [{ file: "machine/sessions.ts", find: "forget(before, firstOutstanding)", replace: "forget(before, sequence)" }],
    worlds: 200,
  },
  {
    name: "rule 50: a repeated request is told another answer",
    changes: [
      {
        file: "machine/sessions.ts",
        find: "    if (earlier !== null) return encodeAnswered(earlier);\n",
        replace: "    if (earlier !== null) return encodeAnswered(encodeAnswer(at.index, earlier.subarray(8)));\n",
      },
    ],
    worlds: 50,
  },
  {
    name: "rule 51: each node ends sessions by its own clock",
    changes: [
      {
        file: "machine/session-lives.ts",
        find: "life === null || life.expiresAt <= time ? null : life",
        replace: "life === null || life.expiresAt <= time + (performance.now() % 400) ? null : life",
      },
    ],
    worlds: 100,
  },
  {
    name: "sessions: one that has ended counts for its owner on",
    changes: [
      {
        file: "machine/session-lives.ts",
        find: "const left = decodeCount(records.get(key)) - 1;",
        replace: "const left = decodeCount(records.get(key));",
      },
    ],
    worlds: 60,
  },
  {
    name: "sessions: an owner may have any number",
    changes: [{ file: "machine/session-lives.ts", find: "if (ofOwner >= by.ownerMax)", replace: "if (false)" }],
    worlds: 60,
  },
  {
    name: "rule 51: a session that has ended begins anew",
    changes: [
      {
        file: "machine/sessions.ts",
        find: "    const life = lifeAt(session, at.time, records);\n    if (life === null) return noSession(session);\n    renew(at, session, life, records);\n    const key",
        replace:
          "    const life = lifeAt(session, at.time, records) ?? { timeoutMs: 1000, expiresAt: at.time, client: Buffer.alloc(0) };\n    renew(at, session, life, records);\n    const key",
      },
    ],
    worlds: 100,
  },
  {
    name: "rule 51: a new leader sets the log's clock back",
    changes: [
      { file: "core/election.ts", find: "clock: { since: now, time: log.lastTime }", replace: "clock: { since: now, time: 0 }" },
    ],
    worlds: 50,
  },
  {
    name: "the end of a session leaves its keys",
    changes: [{ file: "machine/sessions.ts", find: "    this.#inner.sessionEnd?.apply(at, session, records);\n", replace: "" }],
    worlds: 100,
  },
  {
    name: "digests of different indexes are compared",
    changes: [
      {
        file: "node/duties/digest-watch.ts",
        find: "    if (now.appliedIndex === index) return now;\n",
        replace: "    if (index > 0) return now;\n",
      },
      {
        file: "node/duties/digest-watch.ts",
        find: " || found?.appliedIndex !== own.appliedIndex) return;",
        replace: " || found === null) return;",
      },
    ],
    worlds: 50,
  },
  {
    name: "those who watch are told the last change twice",
    changes: [{ file: "node/watch/change-feed.ts", find: "    watcher.next = upTo + 1;", replace: "    watcher.next = upTo;" }],
    worlds: 30,
  },
  {
    name: "those who watch are not told that the state has jumped",
    changes: [{ file: "node/node.ts", find: "    this.changes.restart(index);\n", replace: "" }],
    worlds: 200,
    options: behind,
  },
  {
    name: "those who watch are not told that changes are gone",
    changes: [
      {
        file: "node/watch/change-feed.ts",
        find: "    if (watcher.next < oldest) return this.#end(",
        replace: "    if (false) return this.#end(",
      },
    ],
    worlds: 50,
  },
  {
    name: "those who watch one key range are told nothing of it",
    changes: [
      {
        file: "node/watch/change-feed.ts",
        find: "    const wanted = changes.filter(({ key }) => contains(range, key));",
        replace: "    const wanted = changes.filter(({ key }) => range.start.length === 1 && contains(range, key));",
      },
    ],
    worlds: 50,
  },
  {
    name: "those who watch are told that changes are gone which are yet to come",
    changes: [
      {
        file: "node/watch/change-feed.ts",
        find: 'return this.#end(watcher, { type: watcher.sink.isFull ? "slow" : "gone", oldest });',
        replace: 'return this.#end(watcher, { type: watcher.sink.isFull ? "slow" : "gone", oldest: newest + 2 });',
      },
    ],
    worlds: 50,
  },
];
