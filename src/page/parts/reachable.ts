/** For a region that scrolls: without it nobody could scroll by keyboard. */
export const reachable = { tabIndex: 0 } as const;
