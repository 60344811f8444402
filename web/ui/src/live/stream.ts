import { eventTypes } from './events'

/** connecting: no answer from the hub yet; live: up to date; broken: shown in a bar until it works again. */
export type Link = 'connecting' | 'live' | 'broken'

/** A break shorter than this is not shown, in ms. */
const patience = 1500

export interface StreamListener {
  link(link: Link): void
  /** One event as the hub sent it, with the id to go on from. */
  event(data: string, id: string): void
  /** Events were lost: the shown data must be read again. */
  gap(): void
  /** The session has another user now, or has ended (null). */
  other(user: string | null): void
}

/**
 * The event stream of one user after a known event, each event at least once. It
 * reconnects by itself until it is closed. The hub refuses it when the browser's
 * session belongs to another user.
 */
export class Stream {
  link: Link = 'connecting'
  private source?: EventSource
  private tries = 0
  private again?: ReturnType<typeof setTimeout>
  private brokenSoon?: ReturnType<typeof setTimeout>
  private closed = false

  constructor(
    readonly user: string,
    private last: string,
    private readonly listener: StreamListener,
  ) {
    this.open()
  }

  close() {
    this.closed = true
    this.source?.close()
    clearTimeout(this.again)
    clearTimeout(this.brokenSoon)
  }

  /** The network is back: an older connection may be dead without a sign of it. */
  retry() {
    if (this.source?.readyState !== EventSource.CONNECTING) this.open()
  }

  private open() {
    this.source?.close()
    const source = new EventSource(`/api/v1/events?${new URLSearchParams({ user: this.user, after: this.last })}`)
    this.source = source
    source.onopen = () => {
      this.tries = 0
      clearTimeout(this.brokenSoon)
      this.brokenSoon = undefined
      this.setLink('live')
    }
    source.onerror = () => this.lost(source)
    source.addEventListener('reset', (m) => {
      this.last = m.lastEventId
      this.listener.gap()
    })
    for (const t of eventTypes) {
      source.addEventListener(t, (m: MessageEvent<string>) => {
        this.last = m.lastEventId
        this.listener.event(m.data, m.lastEventId)
      })
    }
  }

  private lost(source: EventSource) {
    if (this.closed || source !== this.source) return
    this.brokenSoon ??= setTimeout(() => this.setLink('broken'), patience)
    if (source.readyState !== EventSource.CLOSED) return // the browser reconnects by itself
    // Refused: the session may have ended, or belong to another user.
    clearTimeout(this.again)
    this.again = setTimeout(() => void this.ask(source), Math.min(15_000, 500 * 2 ** this.tries++))
  }

  private async ask(source: EventSource) {
    const user = await sessionUser().catch(() => undefined)
    if (this.closed || source !== this.source) return
    if (user === undefined) this.lost(source)
    else if (user === this.user) this.open()
    else this.listener.other(user)
  }

  private setLink(link: Link) {
    if (link === this.link) return
    this.link = link
    this.listener.link(link)
  }
}

/** The id of the session's user; null: no session; undefined: the hub does not answer. */
async function sessionUser(): Promise<string | null | undefined> {
  const res = await fetch('/api/v1/session')
  if (res.status === 401) return null
  return res.ok ? ((await res.json()) as { user: { id: string } }).user.id : undefined
}
