/** Limits of the dashboard's server, each with its default. Whatever browsers and nodes do, it holds no more than this. */
export interface DashboardLimits {
  /** Interval between frames, in ms. */
  readonly frameMs: number;
  /** Time for which a frame with something rare waits for what belongs to it, in ms. */
  readonly atOnceMs: number;
  /** Most records in one frame; rare ones are kept first, the rest is counted as dropped. */
  readonly frameRecordsMax: number;
  /** Time without a word of a node after which it counts as lost, in ms. */
  readonly silenceMs: number;
  /** First and longest pause before a node is asked again, in ms. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Most nodes that are followed; addresses beyond it are not tried. */
  readonly nodesMax: number;
  /** Age, in ms, and bytes up to which frames are kept as they were. */
  readonly detailMs: number;
  readonly detailBytesMax: number;
  /** Age, in ms, and bytes up to which what was rare in them is kept after that. */
  readonly rareMs: number;
  readonly rareBytesMax: number;
  /** Distance of frames with which one may begin, as they carry all that was known before them, in ms. */
  readonly keyframeMs: number;
  /** The same of what is kept for longer, and the distance of states there while nothing is rare, in ms. */
  readonly rareKeyframeMs: number;
  readonly rareSampleMs: number;
  /** Most bytes of one piece of history, about. */
  readonly pieceBytesMax: number;
  /** Most requests for history of one browser that wait for their turn. */
  readonly historyRequestsMax: number;
  /** Most browsers at a time. */
  readonly browsersMax: number;
  /** Most connections at a time, those of browsers that look on among them; further ones are closed at once. */
  readonly connectionsMax: number;
  /** Time within which a connection that is no WebSocket has asked, and takes what it is told, in ms. */
  readonly requestMs: number;
  /** Bytes that wait to be read by a browser, beyond which it gets no frames until it has read half of them. */
  readonly unreadBytesMax: number;
  /** Most rare records that are kept for a browser which is behind. */
  readonly behindRecordsMax: number;
  /** Longest message of a browser, in bytes; one of up to 16 times that is answered with a sentence, a longer one ends the connection. */
  readonly messageBytesMax: number;
  /** Refused messages after which a browser is disconnected. */
  readonly refusalsMax: number;
  /** Most requests for entries of one browser under way. */
  readonly entriesRequestsMax: number;
  /** Most controls of one browser under way. */
  readonly controlsMax: number;
  /** Time within which a browser says hello, in ms. */
  readonly helloMs: number;
  /** Interval of the question whether a browser is still there, in ms; one that has not answered the last is disconnected. */
  readonly pingMs: number;
  /** Time after which a fault that was set from the page clears by itself, in ms. */
  readonly faultMs: number;
  /** Time limit of what a control asks of a node, in ms. */
  readonly controlMs: number;
}

const mebibyte = 2 ** 20;

export const dashboardDefaults: DashboardLimits = {
  frameMs: 100,
  atOnceMs: 20,
  frameRecordsMax: 5_000,
  silenceMs: 2_000,
  retryMinMs: 100,
  retryMaxMs: 1_000,
  nodesMax: 64,
  detailMs: 5 * 60_000,
  detailBytesMax: 64 * mebibyte,
  rareMs: 24 * 3_600_000,
  rareBytesMax: 32 * mebibyte,
  keyframeMs: 10_000,
  rareKeyframeMs: 10 * 60_000,
  rareSampleMs: 60_000,
  pieceBytesMax: mebibyte / 4,
  historyRequestsMax: 4,
  browsersMax: 64,
  connectionsMax: 512,
  requestMs: 10_000,
  unreadBytesMax: mebibyte,
  behindRecordsMax: 500,
  messageBytesMax: 16_384,
  refusalsMax: 100,
  entriesRequestsMax: 64,
  controlsMax: 8,
  helloMs: 10_000,
  pingMs: 15_000,
  faultMs: 60_000,
  controlMs: 5_000,
};
