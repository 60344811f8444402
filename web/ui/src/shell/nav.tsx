import { type DOMAttributes, type ReactElement, useEffect, useId, useRef, useState } from 'react'
import { Focusable, Tooltip, TooltipTrigger } from 'react-aria-components'
import { Link, useLocation } from 'wouter'
import { useWords, type Words } from '../i18n'
import { Icon, type IconName } from '../parts/icons'
import { changeSettings, useSettings } from '../settings'
import { useMedia } from './media'

export const navGroups = ['work', 'admin'] as const

/** A page in the navigation. */
export interface NavEntry {
  path: string
  name: (w: Words) => string
  icon: IconName
  group: (typeof navGroups)[number]
  /** How much waits there, and the sentence that says so to a screen reader. */
  badge?: { useCount: () => number | undefined; says: (w: Words, count: number) => string }
}

/** The navigation beside the pages: names, or icons with tooltips. The choice is kept in this browser. */
export function SideNav({ entries }: { entries: readonly NavEntry[] }) {
  const w = useWords()
  const { nav } = useSettings()
  const wide = useMedia('(min-width: 1280px)')
  const open = nav === 'auto' ? wide : nav === 'open'
  const toggle = open ? w.nav.collapse : w.nav.expand
  const [path] = useLocation()
  const groups = useRef<HTMLDivElement>(null)
  useEffect(() => {
    groups.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [path, open])
  return (
    <nav className="nav nav-side" aria-label={w.nav.label} data-open={open}>
      <Link href="/" className="brand" aria-label={`${w.appName} – ${w.nav.now}`}>
        <img src="/icon.svg" alt="" width={22} height={22} />
        <span className="nav-name">{w.appName}</span>
      </Link>
      <div className="side-groups" ref={groups}>
        <Groups entries={entries} tooltips={!open} />
      </div>
      <Named name={toggle} shown={!open}>
        <button type="button" className="nav-link side-toggle" onClick={() => changeSettings({ nav: open ? 'rail' : 'open' })}>
          <Icon name={open ? 'collapse' : 'expand'} size={18} />
          <span className="nav-name">{toggle}</span>
        </button>
      </Named>
    </nav>
  )
}

/** How many entries the bar at the bottom shows beside "More". */
const kept = 4

/** The navigation at the bottom of a narrow screen: the first entries, and the others in a sheet. */
export function BottomNav({ entries }: { entries: readonly NavEntry[] }) {
  const w = useWords()
  const split = entries.length === kept + 1 ? kept + 1 : kept
  const rest = entries.slice(split)
  return (
    <nav className="nav nav-bottom" aria-label={w.nav.label}>
      {entries.slice(0, split).map((e) => (
        <EntryLink key={e.path} entry={e} />
      ))}
      {rest.length > 0 && <More entries={rest} />}
    </nav>
  )
}

/** A button that opens the sheet. It has the icon of the page that is open, if that is in the sheet. */
function More({ entries }: { entries: readonly NavEntry[] }) {
  const w = useWords()
  const [path] = useLocation()
  const sheet = useRef<HTMLDivElement>(null)
  const open = entries.find((e) => isOpen(path, e))
  return (
    <>
      <button type="button" className="nav-link nav-more" popoverTarget="nav-sheet" data-here={open ? true : undefined}>
        <Icon name={open?.icon ?? 'menu'} size={18} />
        <span className="nav-name">{w.nav.more}</span>
        {open && <span className="sr-only">: {open.name(w)}</span>}
        {entries.map((e) => e.badge && <WaitingDot key={e.path} of={e.badge} />)}
      </button>
      <div id="nav-sheet" ref={sheet} popover="auto" className="popover nav-sheet">
        <Groups entries={entries} onFollow={() => sheet.current?.hidePopover()} />
      </div>
    </>
  )
}

function Groups(props: { entries: readonly NavEntry[]; tooltips?: boolean; onFollow?: () => void }) {
  const w = useWords()
  const id = useId()
  const groups = navGroups
    .map((group) => ({ group, entries: props.entries.filter((e) => e.group === group) }))
    .filter((g) => g.entries.length > 0)
  return groups.map(({ group, entries }) => (
    <div key={group} className="nav-group">
      <p id={id + group} className="nav-group-name">
        {w.nav.groups[group]}
      </p>
      <ul aria-labelledby={id + group}>
        {entries.map((e) => (
          <li key={e.path}>
            <EntryLink entry={e} tooltip={props.tooltips} onFollow={props.onFollow} />
          </li>
        ))}
      </ul>
    </div>
  ))
}

const isOpen = (path: string, { path: entry }: NavEntry) => path === entry || (entry !== '/' && path.startsWith(entry + '/'))

function EntryLink({ entry: e, tooltip = false, onFollow }: { entry: NavEntry; tooltip?: boolean; onFollow?: () => void }) {
  const w = useWords()
  const [path] = useLocation()
  return (
    <Named name={e.name(w)} shown={tooltip}>
      <Link href={e.path} className="nav-link" aria-current={isOpen(path, e) ? 'page' : undefined} onClick={onFollow}>
        <Icon name={e.icon} size={18} />
        <span className="nav-name">{e.name(w)}</span>
        {e.badge && <Badge of={e.badge} />}
      </Link>
    </Named>
  )
}

/** Tooltip with the name of an entry that has only an icon, on hover and on focus. */
function Named({ name, shown, children }: { name: string; shown: boolean; children: ReactElement<DOMAttributes<Element>, string> }) {
  const trigger = useRef<HTMLElement>(null)
  const [open, setOpen] = useState(false)
  // A scroll closes a tooltip, and focus scrolls the element into view: open the tooltip after that.
  const change = (wanted: boolean) => {
    if (wanted) requestAnimationFrame(() => setOpen(!!trigger.current?.matches(':hover, :focus-visible')))
    else setOpen(false)
  }
  return (
    <TooltipTrigger delay={300} closeDelay={0} isDisabled={!shown} isOpen={open && shown} onOpenChange={change}>
      <Focusable ref={trigger}>{children}</Focusable>
      <Tooltip placement="end" offset={8} className="tooltip">
        {name}
      </Tooltip>
    </TooltipTrigger>
  )
}

function Badge({ of }: { of: NonNullable<NavEntry['badge']> }) {
  const w = useWords()
  const count = of.useCount()
  if (!count) return null
  return (
    <span className="badge warn nav-count">
      <span aria-hidden="true">{count < 1000 ? count : '999+'}</span>
      <span className="sr-only">{of.says(w, count)}</span>
    </span>
  )
}

function WaitingDot({ of }: { of: NonNullable<NavEntry['badge']> }) {
  const w = useWords()
  const count = of.useCount()
  if (!count) return null
  return (
    <span className="dot waiting nav-dot">
      <span className="sr-only">{of.says(w, count)}</span>
    </span>
  )
}
