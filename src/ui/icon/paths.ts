/** Our icons: one stroke of 1.5 on a grid of 16, drawn as paths. Shapes that are solid end in `Z` and are listed in `SOLID`. */
export const PATHS = {
  play: 'M5 3.2v9.6L12.6 8Z',
  pause: 'M5.4 3.4v9.2M10.6 3.4v9.2',
  forward: 'M3.6 3.6v8.8L10 8ZM12.4 3.6v8.8',
  back: 'M12.4 3.6v8.8L6 8ZM3.6 3.6v8.8',
  now: 'M2.6 4v8l4.6-4ZM8 4v8l4.6-4ZM13.6 4v8',
  system: 'M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M8 2.2v11.6M8 5h4.9M8 8h5.8M8 11h4.9',
  light:
    'M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6M8 1.6v1.4M8 13v1.4M1.6 8H3M13 8h1.4M3.5 3.5l1 1M11.5 11.5l1 1M3.5 12.5l1-1M11.5 4.5l1-1',
  dark: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  contrast: 'M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M8 5.2a2.8 2.8 0 0 1 0 5.6Z',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  check: 'M3.2 8.6l3.2 3.2l6.4-7.4',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4a4.2 4.2 0 1 0 0-8.4M10.2 10.2l3.2 3.2',
  power: 'M8 2v5.2M5 4.2a4.9 4.9 0 1 0 6 0',
  cable: 'M5.4 2.4v3.2M10.6 2.4v3.2M3.6 5.6h8.8v1.6a4.4 4.4 0 0 1-8.8 0ZM8 11.6v2.4',
  terminal: 'M2.4 3.2h11.2v9.6H2.4ZM4.8 6.2l2 1.8l-2 1.8M8.4 10h3',
  editor: 'M3.4 2.2h6l3.2 3.2v8.4H3.4ZM9.2 2.4v3.2h3.2M5.8 8.4h4.4M5.8 10.8h4.4',
  branch:
    'M4.6 4.8v6.4M4.6 2.4a1.2 1.2 0 1 0 0 2.4a1.2 1.2 0 1 0 0-2.4M4.6 11.2a1.2 1.2 0 1 0 0 2.4a1.2 1.2 0 1 0 0-2.4M11.4 3.6a1.2 1.2 0 1 0 0 2.4a1.2 1.2 0 1 0 0-2.4M11.4 6c0 2.6-6.8 1.6-6.8 4.6',
  keyboard: 'M1.8 4.4h12.4v7.2H1.8ZM4.2 6.8h.1M6.7 6.8h.1M9.2 6.8h.1M11.7 6.8h.1M5 9.2h6',
  language:
    'M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M2.4 8h11.2M8 2.2c-3.4 3.4-3.4 8.2 0 11.6M8 2.2c3.4 3.4 3.4 8.2 0 11.6',
  share:
    'M6.6 9.4l2.8-2.8M7.4 4.8l1.4-1.4a2.7 2.7 0 0 1 3.8 3.8l-1.4 1.4M8.6 11.2l-1.4 1.4a2.7 2.7 0 0 1-3.8-3.8l1.4-1.4',
  folder: 'M2 4v8.4h12V5.4H7.6L6.2 4Z',
  file: 'M4 2.4h5l3 3v8.2H4ZM9 2.6v2.8h2.8',
  download: 'M8 2.4v7.4M4.8 6.8L8 10l3.2-3.2M3 13.2h10',
  upload: 'M8 10V2.6M4.8 5.6L8 2.4l3.2 3.2M3 13.2h10',
  save: 'M3 3h8.2L13 4.8V13H3ZM5.4 3v3.4h4.6V3M5.4 13V9.4h5.2V13',
  trash: 'M3 4.4h10M6 4.4V2.8h4v1.6M4.4 4.4l.6 9h6l.6-9M7 6.8v4.2M9 6.8v4.2',
  warning: 'M8 2.4l6.2 11H1.8ZM8 6.6v3.2M8 11.6v.1',
  info: 'M8 2.2a5.8 5.8 0 1 0 0 11.6a5.8 5.8 0 1 0 0-11.6M8 7.2v4M8 4.9v.1',
  down: 'M4 6.2l4 4l4-4',
  right: 'M6.2 4l4 4l-4 4',
  left: 'M9.8 4l-4 4l4 4',
  more: 'M3.4 8h.1M8 8h.1M12.5 8h.1',
  copy: 'M5.6 5.6h7.2v7.2H5.6ZM10.4 5.6V3.2H3.2v7.2h2.4',
  laptop: 'M3.4 3.4h9.2v6.4H3.4ZM1.6 12.4h12.8',
  node: 'M2.4 3h11.2v4H2.4ZM2.4 9h11.2v4H2.4ZM4.8 5h.1M4.8 11h.1',
  etcd: 'M3 4.2c0-2.4 10-2.4 10 0v7.6c0 2.4-10 2.4-10 0ZM3 4.2c0 2.4 10 2.4 10 0M3 8c0 2.4 10 2.4 10 0',
  'control-plane': 'M8 1.8l5.4 3.1v6.2L8 14.2l-5.4-3.1V4.9ZM8 5.4a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 1 0 0-5.2',
  star: 'M8 2.2l1.8 3.7l4 .6l-2.9 2.8l.7 4L8 11.4l-3.6 1.9l.7-4L2.2 6.5l4-.6Z',
} as const

export type IconName = keyof typeof PATHS

/** Filled as well as drawn. */
export const SOLID: ReadonlySet<IconName> = new Set(['play', 'forward', 'back', 'now', 'star'])
