import type { ReactNode } from 'react'
import { useMedia } from './media'
import { BottomNav, type NavEntry, SideNav } from './nav'

/** Pages with the navigation beside them, or below them on a narrow screen. */
export function Layout({ entries, children }: { entries: readonly NavEntry[]; children: ReactNode }) {
  const beside = useMedia('(min-width: 768px)')
  return (
    <div className="shell">
      {beside && <SideNav entries={entries} />}
      <div className="shell-content">{children}</div>
      {!beside && <BottomNav entries={entries} />}
    </div>
  )
}
