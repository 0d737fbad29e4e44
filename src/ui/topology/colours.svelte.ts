import { page } from '../page-state.svelte.ts'
import type { Tone } from './pod-state.ts'

const NAMES = ['good', 'warn', 'bad', 'dim', 'accent', 'fg', 'panel', 'raised', 'line', 'edge', 'bg'] as const
export type Colour = (typeof NAMES)[number]

/** The theme's colours as canvases and xterm want them: `#rrggbb`. Reading one in an effect follows the theme. */
class Colours {
  #version = $state(0)
  #known: ReadonlyMap<string, string> | undefined

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.forget())
  }

  of(name: Colour | Tone): string {
    void this.#version
    void page.theme
    return this.#read(document.documentElement.dataset['theme'] ?? 'system').get(name) ?? '#888888'
  }

  forget(): void {
    this.#known = undefined
    this.#version++
  }

  #theme = ''

  #read(theme: string): ReadonlyMap<string, string> {
    if (this.#known && theme === this.#theme) return this.#known
    this.#theme = theme
    const probe = document.createElement('span')
    document.body.append(probe)
    const resolved = NAMES.map((name) => {
      probe.style.color = `var(--${name})`
      return [name, hex(getComputedStyle(probe).color)] as const
    })
    probe.remove()
    this.#known = new Map(resolved)
    return this.#known
  }
}

function hex(color: string): string {
  const parts = color
    .match(/[\d.]+/g)
    ?.slice(0, 3)
    .map(Number) ?? [0, 0, 0]
  const scale = color.startsWith('color(') ? 255 : 1
  return `#${parts
    .map((part) =>
      Math.round(part * scale)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

export const colours = new Colours()
