/** Whether it can name an image at all (distribution: reference.ParseAnyReference). */
export function imageNameError(image: string): string | undefined {
  if (image === '') return 'invalid reference format'
  if (/^[a-f0-9]{64}$/.test(image)) return undefined
  if (reference.test(image)) return undefined
  return 'invalid reference format'
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const domain =
  '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?/)?'
const reference = new RegExp(
  `^${domain}${component}(?:/${component})*(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
)
