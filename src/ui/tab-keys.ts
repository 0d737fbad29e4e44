/** Arrow keys move between the tabs of a tab list and choose them (ARIA authoring practices, tabs). */
export function tabKeys(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement
  const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]:not(:disabled)')]
  const at = tabs.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
  if (at < 0 || to === undefined) return
  event.preventDefault()
  event.stopPropagation()
  const next = tabs[(to + tabs.length) % tabs.length]
  next?.focus()
  next?.click()
}
