const paths = {
  in: 'M17 7 7 17m0-8v8h8',
  out: 'M7 17 17 7m-8 0h8v8',
  internal: 'M4 12h16M8 8l-4 4 4 4m8-8 4 4-4 4',
  missed: 'M4 8l8 8 8-8m-6 8h0',
  call: 'M6.6 3.8 9 3.2l2 4.6-1.9 1.7a12 12 0 0 0 5.4 5.4l1.7-1.9 4.6 2-.6 2.4a2.6 2.6 0 0 1-2.8 2C10.6 18.8 5.2 13.4 4.6 6.600a2.6 2.6 0 0 1 2-2.800Z',
  form: 'M5 4h14v16H5zM8.5 9h7m-7 4h7m-7 4h4',
  email: 'M3 6h18v12H3zm0 .5 9 7 9-7',
  telegram: 'M21 4 3 11l6 2.500 2.500 6.500 3-4.500 4 3zM9 13.500 21 4',
  whatsapp: 'M4 20l1.300-4.100A8 8 0 1 1 8.100 18.700zM9 8.800c.3 3.200 3 5.900 6.200 6.200',
  viber: 'M5 4h14v12h-5l-4 4v-4H5zM9 7.500c.2 3 2.500 5.300 5.500 5.500M13 7.500a2.500 2.500 0 0 1 2.500 2.500',
  vk: 'M3.500 7.500c.5 5.500 3.500 9 8 9h.5v-9m0 4.500c3.500 0 6-1.500 7-4.500m-7 4.500c3.500 0 6.500 1.500 7.500 4.500',
  max: 'M12 4a8 8 0 1 1-3.800 15L4 20l1-4.200A8 8 0 0 1 12 4zM8.500 15V9.500L12 13l3.500-3.500V15',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  other: 'M4 5h16v11H10l-5 4v-4H4z',
  now: 'M3 12h4l3-8 4 16 3-8h4',
  leads: 'M4 6h16M4 12h16M4 18h10',
  calls: 'M6.6 3.8 9 3.2l2 4.6-1.9 1.7a12 12 0 0 0 5.4 5.4l1.7-1.9 4.6 2-.6 2.4a2.6 2.6 0 0 1-2.8 2C10.6 18.8 5.2 13.4 4.6 6.600a2.6 2.6 0 0 1 2-2.800Z',
  tasks: 'M4 6.500l1.500 1.500L8 5M4 12.500l1.500 1.500L8 11M4 18.500l1.500 1.500L8 17M11.500 7H20m-8.500 6H20m-8.500 6H20',
  sources: 'M12 13v8M8 21h8M8.5 13a5 5 0 1 1 7 0M5.5 16a9 9 0 1 1 13 0',
  integrations: 'M8 4v5m8-5v5M6 9h12v2a6 6 0 0 1-12 0zm6 8v4',
  quarantine: 'M12 3l8 3v6c0 4.500-3.200 7.600-8 9-4.800-1.400-8-4.500-8-9V6zM12 8.500v4.500m0 2.700v.1',
  menu: 'M4.250 12h1.500M11.250 12h1.500M18.250 12h1.500',
  collapse: 'M4 5h16v14H4zM9 5v14m7-9.500-2.500 2.500 2.500 2.500',
  expand: 'M4 5h16v14H4zM9 5v14m4.500-9.500 2.500 2.500-2.500 2.500',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M6 9l6 6 6-6',
  up: 'M6 15l6-6 6 6',
  back: 'M15 5l-7 7 7 7',
  check: 'M5 12.500l5 5L19 7',
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
  gear: 'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 4.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM8.5 14.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  warn: 'M12 4 2.5 20h19zM12 10v4.500m0 2.700v.1',
  play: 'M8 5v14l11-7z',
  pause: 'M9 5v14M15 5v14',
  send: 'M4 12 20 4l-5 16-3-6zm8 2 8-10',
  clip: 'M19 11l-7.500 7.500a4.200 4.200 0 0 1-6-6L14 4a2.800 2.800 0 0 1 4 4l-8 8a1.400 1.400 0 0 1-2-2l7-7',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm0 4v4.500l3 2',
  checks: 'M2.500 12.500l4.500 4.500L15 8m-4 8.500l1 .5L21 8',
  template: 'M5 4h14v16H5zM8 8h8M8 12h8m-8 4h4',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
} as const

export type IconName = keyof typeof paths

/** A line drawing; says nothing to a screen reader, so the words must stand beside it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
