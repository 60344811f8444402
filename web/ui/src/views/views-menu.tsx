import { useEffect, useRef, useState } from 'react'
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { Link, useLocation } from 'wouter'
import type { View, ViewList } from '../api/client'
import { seesAll, useMe } from '../api/session'
import { useWords } from '../i18n'
import { Refused } from '../parts/faces'
import { Icon } from '../parts/icons'
import { useSettings } from '../settings'
import { queryOfView, sameQuery } from './filters'
import { useViews } from './queries'
import { ViewForm } from './view-form'

const addressOf = (v: View) => `/${v.list}${v.query && '?' + v.query}`

/** The views of a list: choose one, save the present filters, change and share. */
export function ViewsMenu({ list, search }: { list: ViewList; search: URLSearchParams }) {
  const w = useWords()
  const views = useViews(list)
  const [open, setOpen] = useState(false)
  const [form, setForm] = useState<View | 'new'>()
  const query = queryOfView(list, search)
  const all = views.data ?? []
  const chosen = all.find((v) => sameQuery(v.query, query))
  useFirstView(list, all)
  const edit = (what: View | 'new') => {
    setOpen(false)
    setForm(what)
  }
  return (
    <>
      <DialogTrigger isOpen={open} onOpenChange={setOpen}>
        <Button className="button views-button">
          <span className="clip">{chosen ? `${w.views.title}: ${chosen.name}` : w.views.title}</span>
          <Icon name="down" size={14} />
        </Button>
        <Popover className="popover views-popover">
          <Dialog className="views" aria-label={w.views.title}>
            {views.isPending ? (
              <p className="muted">{w.loading}</p>
            ) : views.isError && !views.data ? (
              <Refused error={views.error} />
            ) : all.length === 0 ? (
              <p className="muted">{w.views.empty}</p>
            ) : (
              (['owner', 'team', 'all'] as const).map((audience) => {
                const some = all.filter((v) => v.audience === audience)
                return (
                  some.length > 0 && (
                    <section key={audience}>
                      <h2>{w.views.audiences[audience]}</h2>
                      <ul>
                        {some.map((v) => (
                          <ViewLine key={v.id} view={v} chosen={v === chosen} onChoose={() => setOpen(false)} onEdit={() => edit(v)} />
                        ))}
                      </ul>
                    </section>
                  )
                )
              })
            )}
            <button type="button" className="button" disabled={!query} onClick={() => edit('new')}>
              {w.views.save}
            </button>
            {!query && <p className="muted small">{w.views.nothingToSave}</p>}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {form && <ViewForm list={list} view={form === 'new' ? undefined : form} query={query} onClose={() => setForm(undefined)} />}
    </>
  )
}

function ViewLine({ view: v, chosen, onChoose, onEdit }: { view: View; chosen: boolean; onChoose: () => void; onEdit: () => void }) {
  const w = useWords()
  const me = useMe()
  const mayChange = v.owner.id === me.user.id || seesAll(me)
  return (
    <li data-view={v.name}>
      <Link href={addressOf(v)} className="view-name" aria-current={chosen || undefined} onClick={onChoose}>
        <span className="tick">{chosen && <Icon name="check" size={14} />}</span>
        <span className="clip">{v.name}</span>
        {v.team && <span className="muted small">{v.team}</span>}
      </Link>
      {mayChange && (
        <button type="button" className="icon-button" aria-label={w.views.edit(v.name)} onClick={onEdit}>
          <Icon name="gear" />
        </button>
      )}
    </li>
  )
}

/** Opens the list with the view that was chosen for that, once, if the address has no filters. */
function useFirstView(list: ViewList, all: View[]) {
  const [, navigate] = useLocation()
  const first = useSettings().views[list]
  const decided = useRef(location.search !== '')
  useEffect(() => {
    if (decided.current || all.length === 0) return
    decided.current = true
    const view = all.find((v) => v.id === first)
    if (view && location.search === '') navigate(addressOf(view), { replace: true })
  }, [all, first, navigate])
}
