import type { VirtualItem } from '@tanstack/react-virtual'

/** Where a list was left, by its address: how far it was scrolled, and the heights of its rows. */
interface Left {
  y: number
  heights: VirtualItem[]
}

const left = new Map<string, Left>()

/** How many addresses are remembered. */
const most = 20

export function rememberList(address: string, was: Left) {
  left.delete(address)
  left.set(address, was)
  if (left.size > most) left.delete(left.keys().next().value!)
}

export const listLeft = (address: string) => left.get(address)
