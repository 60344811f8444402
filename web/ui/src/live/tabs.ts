import { type Link, Stream } from './stream'

/** Id of the signed-in user; null: signed out; undefined: no tab has reported it yet. */
export type SignedIn = string | null | undefined

/** A message from a tab to the worker. */
export type FromTab =
  /** turn: the number of sign-ins and sign-outs that the tab has reported. */
  | { do: 'hello'; turn: number; visible: boolean; audible: boolean; used: number }
  | { do: 'seen'; visible: boolean; audible: boolean; used: number }
  | { do: 'ping'; turn: number }
  | { do: 'follow'; user: string; after: string }
  /** That user has signed out. */
  | { do: 'over'; user: string }
  | { do: 'retry' | 'bye' }

/** A message from the worker to a tab. */
export type ToTab =
  /** The answer to "hello" and "ping", with their turn. */
  | { say: 'here'; turn: number; user: SignedIn }
  | { say: 'link'; link: Link }
  | { say: 'event'; user: string; data: string; id: string }
  | { say: 'gap' }
  /** The tab was removed after a time-out and must send "hello" again. */
  | { say: 'forgotten' }
  /** The browser's session belongs to that user now; null: signed out. */
  | { say: 'other'; user: string | null }
  | { say: 'duty'; duty: Duty }

/** rings: this tab plays the sounds and shows the notifications; watched: some tab is visible. */
export interface Duty {
  readonly rings: boolean
  readonly watched: boolean
}

interface Tab {
  visible: boolean
  /** The user has clicked or typed in it, so the browser allows sounds. */
  audible: boolean
  /** When it was last in use. */
  used: number
  /** Time of its last message. */
  heard: number
  duty?: Duty
}

/** A tab without a message for longer has crashed, in ms. Hidden tabs can send once a minute. */
const tabTimeout = 3 * 60_000

/** The tabs of a browser, which share one event stream. */
export class Tabs {
  private readonly tabs = new Map<MessagePort, Tab>()
  private user: SignedIn
  private stream?: Stream

  join(port: MessagePort) {
    port.onmessage = (m: MessageEvent<FromTab>) => this.take(port, m.data)
    port.start()
  }

  /** Removes tabs that crashed or were closed without "bye"; to be called regularly. */
  tidy() {
    const now = Date.now()
    for (const [port, t] of this.tabs) if (now - t.heard > tabTimeout) this.leave(port)
  }

  /** The network is back. */
  retry() {
    this.stream?.retry()
  }

  private take(port: MessagePort, m: FromTab) {
    if (m.do === 'bye') return this.leave(port)
    let tab = this.tabs.get(port)
    if (!tab) {
      if (m.do !== 'hello') return port.postMessage({ say: 'forgotten' } satisfies ToTab)
      tab = { visible: false, audible: false, used: 0, heard: 0 }
      this.tabs.set(port, tab)
    }
    tab.heard = Date.now()
    switch (m.do) {
      case 'hello':
      case 'seen':
        Object.assign(tab, { visible: m.visible, audible: m.audible, used: m.used })
        if (m.do === 'hello') this.greet(port, m.turn)
        break
      case 'follow':
        this.follow(port, m.user, m.after)
        break
      case 'over':
        if (this.user === m.user) this.change(null)
        this.user ??= null
        break
      case 'retry':
        this.retry()
        port.postMessage({ say: 'link', link: this.stream?.link ?? 'connecting' } satisfies ToTab)
        break
      case 'ping':
        this.greet(port, m.turn)
    }
    this.assign()
  }

  private greet(port: MessagePort, turn: number) {
    port.postMessage({ say: 'here', turn, user: this.user } satisfies ToTab)
  }

  private follow(port: MessagePort, user: string, after: string) {
    if (this.user !== user) this.change(user, port)
    this.stream ??= new Stream(user, after, {
      link: (link) => this.sendAll({ say: 'link', link }),
      event: (data, id) => this.sendAll({ say: 'event', user, data, id }),
      gap: () => this.sendAll({ say: 'gap' }),
      other: (now) => this.change(now),
    })
    port.postMessage({ say: 'link', link: this.stream.link } satisfies ToTab)
  }

  /** The session has another user now: all tabs leave the previous one. */
  private change(user: string | null, except?: MessagePort) {
    const first = this.user === undefined
    this.user = user
    this.stream?.close()
    this.stream = undefined
    if (!first) this.sendAll({ say: 'other', user }, except)
  }

  private leave(port: MessagePort) {
    if (!this.tabs.delete(port)) return
    if (this.tabs.size === 0) {
      this.stream?.close()
      this.stream = this.user = undefined
    }
    this.assign()
  }

  /** Chooses the tab that plays sounds: an audible one first, then a visible one, then the last used. */
  private assign() {
    const all = [...this.tabs]
    const watched = all.some(([, t]) => t.visible)
    const [first] = all.sort(([, a], [, b]) => Number(b.audible) - Number(a.audible) || Number(b.visible) - Number(a.visible) || b.used - a.used)
    for (const [port, tab] of all) {
      const duty = { rings: port === first?.[0], watched }
      if (tab.duty?.rings === duty.rings && tab.duty.watched === duty.watched) continue
      tab.duty = duty
      port.postMessage({ say: 'duty', duty } satisfies ToTab)
    }
  }

  private sendAll(m: ToTab, except?: MessagePort) {
    for (const port of this.tabs.keys()) if (port !== except) port.postMessage(m)
  }
}
