import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { recordTypes } from "../../observe/sentences.ts";
import { countWords } from "../../observe/words.ts";
import { counted, timeOfDay } from "../base/format.ts";
import { type EventFilter, type EventGroup, type EventRow, eventGroups, typeTitle } from "../model/event-list.ts";
import type { SeenCluster } from "../model/nodes.ts";
import { Icon } from "../parts/icons.tsx";
import { useModel } from "../parts/model-context.ts";
import { VirtualList } from "../parts/virtual-list.tsx";
import { FilteredEvents } from "./filtered-events.ts";

/** Heights of a row, in pixels: on a narrow screen the sentence stands below the rest. */
const rowHeights = { wide: 34, narrow: 54 };
const narrow = window.matchMedia("(max-width: 720px)");
const groups = Object.keys(eventGroups) as EventGroup[];
const firstGroups: ReadonlySet<EventGroup> = new Set(groups.filter((group) => group !== "messages"));

/** Everything that happened, in order. */
export function EventsView({ cluster }: { readonly cluster: SeenCluster }) {
  const model = useModel();
  const filter = useSignal<EventFilter>({ groups: firstGroups, type: "", node: -1, text: "" });
  const isFollowing = useSignal(true);
  const filtered = useRef(new FilteredEvents(model.events));
  const version = model.events.version.value;
  const rows = useMemo(() => filtered.current.rows(filter.value), [version, filter.value]);
  const hidden = model.events.rows.length - rows.length;
  const toEpochMs = model.welcome.value?.toEpochMs ?? 0;
  const change = (changed: Partial<EventFilter>): void => {
    filter.value = { ...filter.value, ...changed };
  };
  return (
    <section class="card events" aria-labelledby="events-title">
      <h2 id="events-title" class="hidden">
        Events
      </h2>
      <Filters filter={filter.value} change={change} nodes={cluster.nodes.map(({ id }) => id)} />
      <p class="count">
        {`${counted(rows.length, "event")} shown, ${countWords(hidden)} hidden by the filter.`}
        {model.events.forgotten > 0 && ` ${countWords(model.events.forgotten)} older ones made room.`}
        {model.state.value.history.dropped > 0 &&
          ` ${countWords(model.state.value.history.dropped)} were never sent here, because there were too many.`}
      </p>
      {rows.length === 0 ? (
        <p class="empty">{model.events.rows.length === 0 ? "Nothing has happened yet." : "No event passes the filter."}</p>
      ) : (
        <VirtualList
          label="Events, oldest first"
          count={rows.length}
          rowHeight={narrow.matches ? rowHeights.narrow : rowHeights.wide}
          isFollowing={isFollowing.value}
          onScroll={(isAtEnd) => {
            isFollowing.value = isAtEnd;
          }}
          row={(place) => <Row row={rows[place]} toEpochMs={toEpochMs} />}
        />
      )}
      {!isFollowing.value && rows.length > 0 && (
        <button
          type="button"
          class="follow"
          onClick={() => {
            isFollowing.value = true;
          }}
        >
          <Icon name="down" /> Newest
        </button>
      )}
    </section>
  );
}

function Row({ row, toEpochMs }: { readonly row: EventRow | undefined; readonly toEpochMs: number }) {
  const model = useModel();
  if (row === undefined) return null;
  const { record, group } = row;
  const text = model.events.textOf(row);
  return (
    <div class={`event in-${group}`}>
      <time>{timeOfDay(record.at + toEpochMs)}</time>
      <span class="who">{record.node === 0 ? "server" : `node ${record.node}`}</span>
      <span class="type">{typeTitle(record.type)}</span>
      <span class="text" title={text}>
        {text}
      </span>
    </div>
  );
}

interface FiltersProps {
  readonly filter: EventFilter;
  readonly change: (changed: Partial<EventFilter>) => void;
  readonly nodes: readonly number[];
}

function Filters({ filter, change, nodes }: FiltersProps) {
  const toggle = (group: EventGroup): void => {
    const chosen = new Set(filter.groups);
    if (!chosen.delete(group)) chosen.add(group);
    change({ groups: chosen });
  };
  return (
    <div class="filters">
      <fieldset class="chips">
        <legend class="hidden">Kinds of events</legend>
        {groups.map((group) => (
          <button
            key={group}
            type="button"
            class={`chip in-${group}`}
            aria-pressed={filter.groups.has(group)}
            onClick={() => toggle(group)}
          >
            {eventGroups[group]}
          </button>
        ))}
      </fieldset>
      <label>
        <span>Type</span>
        <select
          value={filter.type}
          onChange={({ currentTarget }) =>
            change({ type: currentTarget.value, ...(currentTarget.value === "" ? {} : { groups: new Set(groups) }) })
          }
        >
          <option value="">All</option>
          {[...recordTypes].sort().map((type) => (
            <option key={type} value={type}>
              {typeTitle(type)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Node</span>
        <select value={String(filter.node)} onChange={({ currentTarget }) => change({ node: Number(currentTarget.value) })}>
          <option value="-1">All</option>
          {nodes.map((node) => (
            <option key={node} value={String(node)}>{`Node ${node}`}</option>
          ))}
          <option value="0">Server</option>
        </select>
      </label>
      <label class="grows">
        <span>Text</span>
        <input
          type="search"
          value={filter.text}
          placeholder="term 12, granted, …"
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
        />
      </label>
    </div>
  );
}
