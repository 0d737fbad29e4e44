/** `$(NAME)` becomes what `lookup` gives, `$$` a dollar; what is unknown stays (kubernetes: third_party/forked/golang/expansion). */
export const expand = (text: string, lookup: (name: string) => string | undefined): string =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (lookup(name) ?? whole),
  )
