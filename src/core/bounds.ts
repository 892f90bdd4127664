/**
 * No term, index, id or time of the log's clock is above this. Numbers stay exact up to 2^53 - 1, so what a node adds to
 * such a number by itself is exact too. A cluster that elected a leader every millisecond would get there in 140,000 years.
 */
export const numberMax = 2 ** 52;
