import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { seesAll, useMe } from '../api/session'
import { useDemo, useSetDemo } from './queries'
import { useWords } from '../i18n'
import { useLink } from '../live/use'
import { Toggle } from '../parts/controls'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { Alarm } from './alarm'
import { Dock, SkipToCall } from './dock'
import { KeyList } from './keys'
import { Find } from './find'
import { Layout } from './layout'
import type { NavEntry } from './nav'
import { PresencePick } from './presence'
import { ProfileMenu } from './profile'
import { WaitingBar } from './waiting'

/** What surrounds every page. */
export function Shell({ entries, children }: { entries: readonly NavEntry[]; children: ReactNode }) {
  const w = useWords()
  const me = useMe()
  // Users who only supervise get no work, so they need no presence.
  const takesWork = !seesAll(me) || me.user.extensions.length > 0
  const mine = entries.filter((e) => e.group === 'work' || seesAll(me))
  return (
    <>
      <a className="skip" href="#main">
        {w.skip}
      </a>
      <SkipToCall />
      <Layout entries={mine}>
        <header className="top">
          <Link href="/" className="brand" aria-label={`${w.appName} – ${w.nav.now}`}>
            <img src="/icon.svg" alt="" width={22} height={22} />
          </Link>
          <Find entries={mine} />
          <span className="grow" />
          {takesWork && <PresencePick />}
          <ProfileMenu />
        </header>
        {me.demo && <DemoBar />}
        <LinkBar />
        <WaitingBar />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </Layout>
      <Dock />
      <Alarm />
      <KeyList />
    </>
  )
}

/** Shown while there is no connection to the hub. */
function LinkBar() {
  const w = useWords()
  const link = useLink()
  return (
    <div role="status" data-link={link}>
      {link === 'broken' && (
        <div className="bar bar-warn">
          <Icon name="warn" />
          <span>
            {w.link.broken} <span className="nowrap">{w.link.healing}</span>
          </span>
        </div>
      )}
    </div>
  )
}

/** Banner of the demo; users with the right can switch the simulated line. */
function DemoBar() {
  const w = useWords()
  const { data } = useDemo(true)
  const may = seesAll(useMe())
  const set = useSetDemo()
  return (
    <aside className="bar bar-demo" aria-label={w.demo.label}>
      <span>
        <span className="strong">{w.demo.text}</span>
        <span className="demo-detail">: {w.demo.detail}</span>
      </span>
      {data?.real && <span>{w.demo.real}</span>}
      {data && !data.real && may && (
        <Toggle on={data.line} onChange={(on) => set.mutate(on)} disabled={set.isPending}>
          {w.demo.line}
        </Toggle>
      )}
      {data?.site && (
        <a href={data.site} target="_blank" rel="noreferrer">
          {w.demo.site}
        </a>
      )}
      <Refused error={set.error} />
    </aside>
  )
}
