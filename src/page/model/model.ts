import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { beginAt, emptyState, fold } from "../../observe/fold.ts";
import type { Action, Frame, State, Welcome } from "../../observe/live.ts";
import type { ObservedRecord } from "../../observe/records.ts";
import { lineOf } from "../../observe/sentences.ts";
import type { Source, SourceStatus } from "../source/source.ts";
import { ArrowBook } from "./arrows.ts";
import { Deeds } from "./deeds.ts";
import { EntryTexts } from "./entry-texts.ts";
import { EventList } from "./event-list.ts";
import { News } from "./news.ts";
import { Playhead } from "./playhead.ts";

export const modelLimits = {
  /** How much of the past is asked for when the page opens, in ms. */
  pastMs: 300_000,
  /** Frames that wait while the picture is paused; older ones are only counted. */
  waitingMax: 3_000,
  /** Answers of controls that are shown. */
  answersMax: 20,
} as const;

export interface ControlAnswer {
  readonly key: number;
  readonly what: string;
  readonly ok: boolean | null;
  readonly text: string;
}

const describeRecord = (record: ObservedRecord): string => lineOf(record).text;

/** All that the page shows: what came from the source, folded, and what the viewer has chosen. */
export class Model {
  readonly source: Source;
  readonly status = signal<SourceStatus>({ is: "connecting" });
  readonly welcome = signal<Welcome | null>(null);
  readonly state = signal<State>(emptyState());
  readonly isPaused = signal(false);
  /** Frames that came while the picture was paused. */
  readonly waiting = signal(0);
  /** The node whose details are shown; 0: none. */
  readonly selected = signal(0);
  readonly answers = signal<readonly ControlAnswer[]>([]);
  readonly events = new EventList(describeRecord);
  readonly arrows = new ArrowBook();
  readonly deeds = new Deeds();
  readonly playhead = new Playhead();
  readonly news = new News(describeRecord);
  readonly texts: EntryTexts;
  readonly can: ReadonlySignal<Welcome["can"]>;
  readonly #can = signal<Welcome["can"]>({ control: false, faults: false, processes: false, values: false });
  #waiting: Frame[] = [];
  #missed = 0;
  #isLoading = false;
  #lastAnswer = 0;

  constructor(source: Source) {
    this.source = source;
    this.texts = new EntryTexts(source);
    this.can = computed(() => this.#can.value);
  }

  start(): void {
    this.source.start({
      status: (status) => {
        this.status.value = status;
      },
      welcome: (welcome) => void this.#begin(welcome),
      rights: ({ can }) => {
        this.#can.value = can;
      },
      frame: (frame) => this.#take(frame),
    });
  }

  /** Stops the picture, not the cluster. */
  pause(): void {
    this.isPaused.value = true;
    this.playhead.pause();
  }

  /** Shows what happened meanwhile, and goes on with what happens now. */
  backToLive(): void {
    this.isPaused.value = false;
    this.playhead.goOn();
    this.#drain();
  }

  togglePause(): void {
    if (this.isPaused.value) this.backToLive();
    else this.pause();
  }

  async control(what: string, action: Action): Promise<void> {
    this.#lastAnswer += 1;
    const key = this.#lastAnswer;
    const show = (answer: ControlAnswer): void => {
      const others = this.answers.value.filter((other) => other.key !== key);
      this.answers.value = [answer, ...others].sort((a, b) => b.key - a.key).slice(0, modelLimits.answersMax);
    };
    show({ key, what, ok: null, text: "Asked; no answer yet." });
    const { ok, text } = await this.source.control(action);
    show({ key, what, ok, text });
    this.news.say(`${what}: ${text}`);
  }

  async #begin(welcome: Welcome): Promise<void> {
    const isOther = this.welcome.value?.cluster.incarnation !== welcome.cluster.incarnation;
    this.welcome.value = welcome;
    this.#can.value = welcome.can;
    if (isOther) this.texts.clear();
    this.#waiting = [];
    this.waiting.value = 0;
    this.state.value = emptyState(welcome.nodes);
    this.events.clear();
    this.arrows.clear();
    this.deeds.clear();
    this.#isLoading = true;
    if (welcome.now !== null) this.#show(welcome.now);
    const { from, to } = welcome.history;
    const past = await this.source.history(Math.max(from, to - modelLimits.pastMs), to);
    if (this.welcome.value !== welcome) return;
    if (past.length > 0) this.#replacePast(past);
    this.#isLoading = false;
    if (!this.isPaused.value) this.#drain();
  }

  /** Folds the whole past, and shows what was there already after it. */
  #replacePast(past: readonly Frame[]): void {
    const [first, ...others] = past;
    if (first === undefined) return;
    const now = this.state.value;
    const state = others.reduce(fold, beginAt(first, this.welcome.value?.nodes));
    this.events.clear();
    const records = past.flatMap((frame) => frame.records);
    this.events.add(records);
    this.deeds.take(records);
    if (state.at >= now.at) this.state.value = state;
    this.#waiting = this.#waiting.filter(({ to }) => to > state.at);
  }

  #take(frame: Frame): void {
    if (!this.isPaused.value && !this.#isLoading) {
      this.#show(frame);
      return;
    }
    this.#waiting.push(frame);
    if (this.#waiting.length > modelLimits.waitingMax) {
      this.#waiting.shift();
      this.#missed += 1;
    }
    if (this.isPaused.value) this.waiting.value += 1;
  }

  #drain(): void {
    const frames = this.#waiting;
    this.#waiting = [];
    this.waiting.value = 0;
    for (const frame of frames) this.#show(frame);
  }

  #show(frame: Frame): void {
    this.deeds.take(frame.records);
    this.state.value = fold(this.state.value, frame);
    this.events.add(frame.records);
    this.arrows.add(frame);
    this.news.hear(frame.records);
    this.playhead.heard(frame.to);
  }
}
