/**
 * How a node's process is best run. The image says the same in its own way.
 *
 * Most of what a node allocates is gone within a turn, so a small young generation costs it little, and gives back tens
 * of megabytes. The allocator of glibc keeps freed memory for each thread; a node's few threads do as well with two heaps.
 */
export const nodeFlags: readonly string[] = ["--max-semi-space-size=8"];
export const nodeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: "2" };
