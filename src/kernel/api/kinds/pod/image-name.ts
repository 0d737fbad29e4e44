/**
 * The tag of an image's name; `latest` where neither tag nor digest is given (kubernetes: pkg/util/parsers ParseImageName).
 * A name that cannot be parsed has no tag, so that the pull policy does not depend on it.
 */
export function imageTag(image: string): string {
  if (!reference.test(image)) return ''
  const [name = '', digest] = image.split('@')
  const tag = /:([\w][\w.-]{0,127})$/.exec(name)?.[1]
  if (tag !== undefined && !tag.includes('/')) return tag
  return digest === undefined ? 'latest' : ''
}

// github.com/distribution/reference: the grammar of a reference.
const host =
  '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?'
const component = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*'
const digestText = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}'
const reference = new RegExp(
  `^(?:${host}/)?${component}(?:/${component})*(?::[\\w][\\w.-]{0,127})?(?:@${digestText})?$`,
)
