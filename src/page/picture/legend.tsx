import { kindOf } from "../base/message-kinds.ts";
import { useModel } from "../parts/model-context.ts";
import { scale, widthOf } from "./flows.ts";

const shown = [
  "voteRequest",
  "voteReply",
  "append",
  "appendMatch",
  "heartbeat",
  "installSnapshot",
  "timeoutNow",
  "forward",
] as const;

/** What the lines mean, how wide they are, and how true to time. */
export function Legend() {
  const model = useModel();
  const { seen, drawn } = model.arrows;
  return (
    <div class="legend">
      <ul aria-label="Messages">
        {shown.map((message) => {
          const kind = kindOf(message);
          const width = 3 * Math.max(0.5, kind.weight);
          return (
            <li key={message}>
              <svg viewBox="0 0 30 10" aria-hidden="true">
                <line
                  x1="2"
                  x2="28"
                  y1="5"
                  y2="5"
                  stroke={kind.color}
                  stroke-width={width}
                  stroke-linecap="round"
                  stroke-dasharray={kind.isReply ? `0.1 ${width * 1.8}` : undefined}
                />
              </svg>
              {kind.title}
            </li>
          );
        })}
        <li>
          <svg viewBox="0 0 30 10" aria-hidden="true">
            <path class="lost" d="M11 1l8 8M19 1l-8 8" />
          </svg>
          lost
        </li>
      </ul>
      <ul class="scale" aria-label="Width of flows, in messages a second">
        {scale.map((perSecond) => (
          <li key={perSecond}>
            <svg viewBox="0 0 30 10" aria-hidden="true">
              <line x1="2" x2="28" y1="5" y2="5" stroke="currentColor" stroke-width={widthOf(perSecond)} />
            </svg>
            {`${perSecond.toLocaleString("en")}/s`}
          </li>
        ))}
      </ul>
      <p>
        {"Arrows are drawn slower than they fly, for 600 ms. "}
        {seen > drawn && <span>{`Of frequent ones 1 of ${Math.max(2, Math.round(seen / Math.max(1, drawn)))} is drawn. `}</span>}
        Heartbeats are the thin lines.
      </p>
    </div>
  );
}
