/**
 * How a node's process is best run. The image says the same in its own way.
 *
 * Most of what a node allocates is gone within a turn, and what stays is small and does not grow. So V8's defaults for what
 * has become old, which let it grow to several times what is live before it is looked through, cost a node tens of megabytes
 * and gain it little: here it may double. The allocator of glibc keeps freed memory for each thread; a node's few threads do
 * as well with two heaps.
 */
export const nodeFlags: readonly string[] = ["--max-semi-space-size=16", "--heap-growing-percent=100"];
export const nodeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: "2" };
