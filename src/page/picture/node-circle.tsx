import { conditions, type SeenNode } from "../model/nodes.ts";

const radius = 46;

/** A circle of the ring: colour, letter and outline all tell its role, so that any one of them is enough. */
export function NodeCircle({ node, voters }: { readonly node: SeenNode; readonly voters: readonly number[] }) {
  const { condition, sample } = node;
  const { letter } = conditions[condition];
  const isCandidate = condition === "candidate" || condition === "preCandidate";
  return (
    <svg class={`circle is-${condition}`} viewBox="-62 -62 124 124" aria-hidden="true">
      {condition === "leader" && <circle class="second" r={radius + 7} />}
      {condition === "deposed" && <circle class="second" r={radius + 7} />}
      <circle class="body" r={radius} />
      {node.condition === "follower" && sample !== null && <Margin sample={sample} />}
      <text class="letter" y={sample === null ? 10 : -4}>
        {letter}
      </text>
      {sample !== null && (
        <text class="term" y={20}>
          {`term ${sample.term}`}
        </text>
      )}
      {isCandidate && sample !== null && <Pips votes={sample.votes} voters={voters} />}
    </svg>
  );
}

/** One pip for each voter, filled where its vote is there: who has all filled up to the half and one leads. */
function Pips({ votes, voters }: { readonly votes: readonly number[]; readonly voters: readonly number[] }) {
  return (
    <g class="pips">
      {voters.map((voter, place) => {
        const angle = ((place - (voters.length - 1) / 2) * 22 - 90) * (Math.PI / 180);
        const [x, y] = [Math.cos(angle) * (radius + 9), Math.sin(angle) * (radius + 9)];
        return <circle key={voter} class={votes.includes(voter) ? "has" : ""} cx={x} cy={y} r={5.5} />;
      })}
    </g>
  );
}

/** Arc of the time that is left until it would stand for election: a full one has just heard its leader. */
function Margin({ sample }: { readonly sample: { readonly electionInMs: number | null; readonly electionTimeoutMs: number } }) {
  if (sample.electionInMs === null || sample.electionTimeoutMs <= 0) return null;
  const share = Math.max(0, Math.min(1, sample.electionInMs / sample.electionTimeoutMs));
  const around = 2 * Math.PI * (radius + 7);
  return <circle class="margin" r={radius + 7} stroke-dasharray={`${share * around} ${around}`} transform="rotate(-90)" />;
}
