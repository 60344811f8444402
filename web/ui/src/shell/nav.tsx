import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useGuessed, useQuarantineWaiting } from '../admin/queries'
import { seesAll, useMe } from '../api/session'
import { useMyTasks } from '../api/tasks'
import { useWords } from '../i18n'
import { Icon, type IconName } from '../parts/icons'

interface Entry {
  href: string
  name: string
  icon: IconName
  waiting?: number
  says?: (count: number) => string
}

/** How many pages stay in sight on a narrow screen. */
const kept = 4

/** The pages. Those that do not fit are behind a button. */
export function Nav({ narrow }: { narrow: boolean }) {
  const w = useWords()
  const me = useMe()
  const { data: waiting } = useQuarantineWaiting(seesAll(me))
  const { data: guessed } = useGuessed(me.user.role === 'admin')
  const { data: mine } = useMyTasks()
  const entries: Entry[] = [
    { href: '/', name: w.nav.now, icon: 'now' },
    { href: '/leads', name: w.nav.leads, icon: 'leads' },
    { href: '/calls', name: w.nav.calls, icon: 'calls' },
    { href: '/tasks', name: w.nav.tasks, icon: 'tasks', waiting: mine?.open, says: w.tasks.mine },
  ]
  if (seesAll(me)) {
    entries.push(
      { href: '/team', name: w.nav.team, icon: 'person' },
      { href: '/templates', name: w.nav.templates, icon: 'template' },
      { href: '/sources', name: w.nav.sources, icon: 'sources', waiting: guessed?.length, says: w.guessed.count },
      { href: '/integrations', name: w.nav.integrations, icon: 'integrations' },
      { href: '/quarantine', name: w.nav.quarantine, icon: 'quarantine', waiting, says: w.quarantine.waiting },
    )
  }
  const bar = useRef<HTMLElement>(null)
  const measure = useRef<HTMLDivElement>(null)
  const fit = useFit(bar, measure)
  const room = narrow ? kept : Math.min(fit, entries.length)
  const split = narrow && entries.length === kept + 1 ? kept + 1 : room
  return (
    <nav className="nav" aria-label={w.nav.label} ref={bar}>
      {entries.slice(0, split).map((e) => (
        <NavLink key={e.href} to={e} />
      ))}
      {split < entries.length && <Rest entries={entries.slice(split)} />}
      {!narrow && (
        <div className="nav-measure" aria-hidden="true" ref={measure}>
          {entries.map((e) => (
            <span key={e.href} className="nav-link">
              <Face of={e} />
            </span>
          ))}
        </div>
      )}
    </nav>
  )
}

/** Room for the button behind which the rest is, with the longest name of a page. */
const restWidth = 150

/** How many of the measured entries fit into the bar; what is measured is drawn but not seen. */
function useFit(bar: RefObject<HTMLElement | null>, measure: RefObject<HTMLElement | null>): number {
  const [fit, setFit] = useState(Infinity)
  useLayoutEffect(() => {
    const [outer, inner] = [bar.current, measure.current]
    if (!outer || !inner) return
    const count = () => {
      const room = outer.clientWidth
      const widths = [...inner.children].map((e) => e.getBoundingClientRect().width)
      const all = widths.reduce((sum, w) => sum + w, 0)
      let left = room - restWidth
      const some = widths.findIndex((w) => (left -= w) < 0)
      setFit(all <= room || some < 0 ? Infinity : some)
    }
    const watch = new ResizeObserver(count)
    watch.observe(outer)
    watch.observe(inner)
    count()
    return () => watch.disconnect()
  }, [bar, measure])
  return fit
}

const isHere = (path: string, href: string) => (href === '/' ? path === '/' : path.startsWith(href))

function NavLink({ to: e, onFollow }: { to: Entry; onFollow?: () => void }) {
  const here = isHere(useLocation()[0], e.href)
  return (
    <Link href={e.href} className="nav-link" aria-current={here ? 'page' : undefined} onClick={onFollow}>
      <Face of={e} />
    </Link>
  )
}

function Face({ of: e }: { of: Entry }) {
  return (
    <>
      <Icon name={e.icon} size={18} />
      <span>{e.name}</span>
      {!!e.waiting && (
        <span className="badge warn nav-count">
          <span aria-hidden="true">{e.waiting < 1000 ? e.waiting : '999+'}</span>
          <span className="sr-only">{e.says?.(e.waiting)}</span>
        </span>
      )}
    </>
  )
}

/** The pages that did not fit. The button bears the name of the one that is open. */
function Rest({ entries }: { entries: Entry[] }) {
  const w = useWords()
  const path = useLocation()[0]
  const list = useRef<HTMLDivElement>(null)
  const open = entries.find((e) => isHere(path, e.href))
  return (
    <>
      <button type="button" className="nav-link nav-more" popoverTarget="nav-rest" data-here={open ? true : undefined}>
        <Icon name={open?.icon ?? 'menu'} size={18} />
        <span>{open?.name ?? w.nav.more}</span>
        {open && <span className="sr-only">, {w.nav.more}</span>}
        {entries.some((e) => e.waiting) && <span className="dot waiting nav-dot" />}
      </button>
      <div id="nav-rest" ref={list} popover="auto" className="popover nav-rest">
        {entries.map((e) => (
          <NavLink key={e.href} to={e} onFollow={() => list.current?.hidePopover()} />
        ))}
      </div>
    </>
  )
}
