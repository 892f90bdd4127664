// Original file: proto/balsa/admin/v1/admin.proto

export const FigureKind = {
  FIGURE_KIND_UNSPECIFIED: 'FIGURE_KIND_UNSPECIFIED',
  FIGURE_KIND_COUNTER: 'FIGURE_KIND_COUNTER',
  FIGURE_KIND_GAUGE: 'FIGURE_KIND_GAUGE',
  FIGURE_KIND_HISTOGRAM: 'FIGURE_KIND_HISTOGRAM',
} as const;

export type FigureKind =
  | 'FIGURE_KIND_UNSPECIFIED'
  | 0
  | 'FIGURE_KIND_COUNTER'
  | 1
  | 'FIGURE_KIND_GAUGE'
  | 2
  | 'FIGURE_KIND_HISTOGRAM'
  | 3

export type FigureKind__Output = typeof FigureKind[keyof typeof FigureKind]
