/** The life of the cluster that tests are about, and one of which nobody in it may hear. */
export const incarnationId = "0123456789abcdef0123456789abcdef";
export const otherIncarnationId = "fedcba9876543210fedcba9876543210";
