import type { Call } from '../api/client'
import { type Entry, keyOf, longest } from './calls'

/** One call with a card, in the browser's storage. */
interface Item {
  readonly id: string
  readonly key: string
  readonly started: number
  /** The user has finished it, or put it aside. */
  readonly aside: boolean
}

const prefix = 'ctihub.card.'

/** The most calls that are read again when a page is loaded. */
const most = 30

/**
 * Which calls have a card after a reload, and which were put aside: the same in all tabs
 * of the browser. Each call has an item of its own, so that two tabs never overwrite each
 * other. Without storage it holds as long as the tab.
 */
export class Kept {
  private readonly user: string
  private readonly listen: (e: StorageEvent) => void

  /** onAside is called with the key of a call that another tab put aside. */
  constructor(
    user: string,
    onAside: (key: string) => void,
    private readonly storage: Storage | null = storageOf(),
  ) {
    this.user = `${prefix}${user}.`
    this.listen = (e) => {
      const item = e.key?.startsWith(this.user) ? parse(e.newValue) : undefined
      if (item?.aside) onAside(item.key)
    }
    globalThis.addEventListener?.('storage', this.listen)
  }

  close() {
    globalThis.removeEventListener?.('storage', this.listen)
  }

  /** Notes whether a call has a card. */
  note({ card, call, dismissed }: Pick<Entry, 'card' | 'call' | 'dismissed'>) {
    const old = this.get(call.id)
    if (old?.aside || dismissed) return
    if (!card || card === 'elsewhere') {
      if (old) this.forget(call.id)
    } else if (!old) this.put(call, false)
  }

  /** Has the call no longer read again. */
  forget(id: string) {
    this.storage?.removeItem(this.user + id)
  }

  putAside(call: Call) {
    this.put(call, true)
  }

  /** The calls to be read again, the newest first, and the keys of those put aside; older ones are forgotten. */
  load(now: number): { open: string[]; aside: string[] } {
    const items: Item[] = []
    for (const name of this.names()) {
      const item = parse(this.storage!.getItem(name))
      if (item && now - item.started < longest) items.push(item)
      else this.storage!.removeItem(name)
    }
    const open = items.filter((i) => !i.aside).sort((a, b) => b.started - a.started)
    return { open: open.slice(0, most).map((i) => i.id), aside: items.filter((i) => i.aside).map((i) => i.key) }
  }

  private names(): string[] {
    const all = Array.from({ length: this.storage?.length ?? 0 }, (_, i) => this.storage!.key(i)!)
    return all.filter((name) => name.startsWith(this.user))
  }

  private get(id: string): Item | undefined {
    return parse(this.storage?.getItem(this.user + id) ?? null)
  }

  private put(call: Call, aside: boolean) {
    const item: Item = { id: call.id, key: keyOf(call), started: Date.parse(call.started), aside }
    try {
      this.storage?.setItem(this.user + call.id, JSON.stringify(item))
    } catch {
      // The storage is full: the card lasts as long as the tab.
    }
  }
}

function parse(text: string | null): Item | undefined {
  try {
    return text ? (JSON.parse(text) as Item) : undefined
  } catch {
    return undefined
  }
}

/** Browsers may forbid the storage. */
function storageOf(): Storage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}
