import type { HubEvent } from '../api/client'
import type { Link } from './stream'
import { type Duty, type FromTab, type SignedIn, Tabs, type ToTab } from './tabs'

/** What the line reports to the page. */
export interface Listener {
  link(link: Link): void
  /** again: it may be older than an event reported before, see [Line.take]. */
  event(event: HubEvent, again: boolean): void
  /** What is shown has to be read anew. */
  gap(): void
  /** The session has another user, or has ended. */
  other(user: string | null): void
  duty(): void
}

/** The page is shown without the worker if that has not answered by then, in ms. */
const patience = 5_000
/** How often the worker is asked whether it works, in ms. Nothing else shows that it crashed. */
const pulse = 5_000
/** A worker that does not answer that often has crashed. */
const silences = 2

/** The number of events kept for a page that has not reported its user yet. */
const most = 500

/**
 * The tab's connection to the event stream that all tabs share. The stream is in a
 * shared worker, which, unlike Web Locks, works over plain HTTP. A browser without
 * shared workers (Chrome on Android) has a stream in each visible tab.
 */
export class Line {
  duty: Duty = { rings: false, watched: true }
  private port?: MessagePort
  private user?: string
  /** Counts the sign-ins and sign-outs of this page: an answer of before one says nothing of the user. */
  private turn = 0
  private last = ''
  private early: { user: string; data: string; id: string }[] = []
  private overflowed = false
  private alone = typeof SharedWorker === 'undefined'
  private unanswered = 0
  private audible = false
  private used = Date.now()
  private welcome?: () => void
  private missed = false

  constructor(private readonly listener: Listener) {}

  /**
   * Resolves when every event from now on will be reported: data that are read after
   * that miss no event.
   */
  connect(): Promise<void> {
    addEventListener('pagehide', this.disconnect)
    addEventListener('pageshow', (e) => e.persisted && this.again())
    addEventListener('online', () => this.say({ do: 'retry' }))
    document.addEventListener('visibilitychange', () => {
      if (!this.alone) return this.seen()
      if (document.hidden) this.disconnect()
      else this.again()
    })
    for (const press of ['pointerdown', 'keydown'] as const) {
      addEventListener(press, () => {
        if (this.audible && Date.now() - this.used < 1000) return
        this.audible = true
        this.inUse()
      })
    }
    addEventListener('focus', () => this.inUse())
    setInterval(() => {
      if (!this.port) return
      if (this.unanswered >= silences) return this.again()
      this.unanswered++
      this.say({ do: 'ping', turn: this.turn })
    }, pulse)
    return new Promise((welcome) => {
      this.welcome = welcome
      this.dial()
      setTimeout(() => {
        this.missed = !!this.welcome
        if (this.missed) this.listener.link('broken')
        welcome()
      }, patience)
    })
  }

  /** Reports this user's events from that one on. */
  follow(user: string, after: string) {
    const early = this.early.filter((e) => e.user === user)
    this.early = []
    this.user = user
    this.turn++
    this.last = after
    this.say({ do: 'follow', user, after })
    for (const e of early) this.take(e)
    if (this.overflowed) this.listener.gap()
    this.overflowed = false
  }

  /** Nobody is signed in, here and in every tab. */
  endSession() {
    this.say({ do: 'over', user: this.user ?? '' })
    this.user = undefined
    this.turn++
  }

  private dial() {
    const port = this.alone ? this.inPage() : this.inWorker()
    this.port = port
    port.onmessage = (m: MessageEvent<ToTab>) => port === this.port && this.hear(m.data)
    port.start()
    this.unanswered = 0
    this.say({ do: 'hello', turn: this.turn, ...this.looks() })
  }

  private inWorker(): MessagePort {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'ctihub' })
    worker.onerror = () => this.withoutWorker()
    return worker.port
  }

  private inPage(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    new Tabs().join(port2)
    return port1
  }

  private withoutWorker() {
    if (this.alone) return
    this.alone = true
    this.again()
  }

  private disconnect = () => {
    this.say({ do: 'bye' })
    this.port?.close()
    this.port = undefined
  }

  /** After a time without events. */
  private again() {
    this.disconnect()
    this.missed = true
    this.dial()
  }

  private here(user: SignedIn) {
    this.unanswered = 0
    this.welcome?.()
    this.welcome = undefined
    if (this.user && user !== undefined && user !== this.user) return this.leave(user)
    if (!this.missed) return
    this.missed = false
    if (!this.user) return
    this.say({ do: 'follow', user: this.user, after: this.last })
    this.listener.gap()
  }

  private hear(m: ToTab) {
    switch (m.say) {
      case 'here':
        this.here(m.turn === this.turn ? m.user : undefined)
        break
      case 'link':
        this.listener.link(m.link)
        break
      case 'event':
        if (this.user) this.take(m)
        else if (this.early.length < most) this.early.push(m)
        else this.overflowed = true
        break
      case 'gap':
        if (this.user) this.listener.gap()
        break
      case 'forgotten':
        this.again()
        break
      case 'other':
        if (m.user !== this.user) this.leave(m.user)
        break
      case 'duty':
        this.duty = m.duty
        this.listener.duty()
    }
  }

  private leave(user: string | null) {
    this.user = undefined
    this.early = []
    this.listener.other(user)
  }

  /**
   * An event without a new id is one that the hub repeats when a stream begins,
   * or one that was committed late.
   */
  private take(e: { user: string; data: string; id: string }) {
    if (e.user !== this.user) return
    const again = Number(e.id) <= Number(this.last)
    this.last = e.id
    this.listener.event(JSON.parse(e.data) as HubEvent, again)
  }

  private inUse() {
    this.used = Date.now()
    this.seen()
  }

  private seen() {
    this.say({ do: 'seen', ...this.looks() })
  }

  private looks() {
    return { visible: !document.hidden, audible: this.audible, used: this.used }
  }

  private say(m: FromTab) {
    this.port?.postMessage(m)
  }
}
