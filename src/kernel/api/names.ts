import { byteLength } from './utf8.ts'

// apimachinery: pkg/util/validation/validation.go, pkg/api/validation/generic.go. Each function answers what is wrong, in upstream's words;
// an empty list is a valid name.

const dns1123Label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const dns1123Subdomain = `${dns1123Label}(\\.${dns1123Label})*`
const dns1123LabelUnderscore = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const dns1123SubdomainUnderscore = `${dns1123LabelUnderscore}(\\.${dns1123LabelUnderscore})*`
const dns1035Label = '[a-z]([-a-z0-9]*[a-z0-9])?'
const wildcardSubdomain = `\\*\\.${dns1123Subdomain}`
const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const labelValue = `(${qualifiedName})?`
const cIdentifier = '[A-Za-z_][A-Za-z0-9_]*'
const envVarName = '[-._a-zA-Z][-._a-zA-Z0-9]*'
const configMapKey = '[-._a-zA-Z0-9]+'
const httpHeaderName = '[-A-Za-z0-9]+'
const percent = '[0-9]+%'
const httpPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"

const whole = (pattern: string) => new RegExp(`^${pattern}$`)
const patterns = {
  dns1123Label: whole(dns1123Label),
  dns1123Subdomain: whole(dns1123Subdomain),
  dns1123SubdomainUnderscore: whole(dns1123SubdomainUnderscore),
  dns1035Label: whole(dns1035Label),
  wildcardSubdomain: whole(wildcardSubdomain),
  qualifiedName: whole(qualifiedName),
  labelValue: whole(labelValue),
  cIdentifier: whole(cIdentifier),
  envVarName: whole(envVarName),
  configMapKey: whole(configMapKey),
  httpHeaderName: whole(httpHeaderName),
  percent: whole(percent),
  httpPath: whole(httpPath),
}

const alphanumericEnds = 'and must start and end with an alphanumeric character'
const qualifiedNameMessage = `must consist of alphanumeric characters, '-', '_' or '.', ${alphanumericEnds}`

/** A label of a host name, at most 63 bytes: names of Namespaces, containers, ports. */
export function validateDNS1123Label(value: string): string[] {
  const errors = tooLong(value, 63)
  if (patterns.dns1123Label.test(value)) return errors
  if (patterns.dns1123Subdomain.test(value)) return [...errors, 'must not contain dots']
  const message = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${alphanumericEnds}`
  return [...errors, regexError(message, dns1123Label, 'my-name', '123-abc')]
}

/** A host name, at most 253 bytes: names of most objects. */
export function validateDNS1123Subdomain(value: string): string[] {
  const errors = tooLong(value, 253)
  if (patterns.dns1123Subdomain.test(value)) return errors
  const message = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${alphanumericEnds}`
  return [...errors, regexError(message, dns1123Subdomain, 'example.com')]
}

/** A host name that may hold underscores: DNS search paths. */
export function validateDNS1123SubdomainWithUnderscore(value: string): string[] {
  const errors = tooLong(value, 253)
  if (patterns.dns1123SubdomainUnderscore.test(value)) return errors
  const message = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', ${alphanumericEnds}`
  return [...errors, regexError(message, dns1123SubdomainUnderscore, 'example.com')]
}

/** A label that starts with a letter, at most 63 bytes: names of Services. */
export function validateDNS1035Label(value: string): string[] {
  const errors = tooLong(value, 63)
  if (patterns.dns1035Label.test(value)) return errors
  const message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
  return [...errors, regexError(message, dns1035Label, 'my-name', 'abc-123')]
}

/** `*.` and a host name: hosts of an Ingress. */
export function validateWildcardDNS1123Subdomain(value: string): string[] {
  const errors = tooLong(value, 253)
  if (patterns.wildcardSubdomain.test(value)) return errors
  const message =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
  return [...errors, regexError(message, wildcardSubdomain, '*.example.com')]
}

/** `[prefix/]name`: keys of labels and annotations, resource names, taint keys. */
export function validateQualifiedName(value: string): string[] {
  const [first = '', second, ...more] = value.split('/')
  const regex = () => regexError(qualifiedNameMessage, qualifiedName, 'MyName', 'my.name', '123-abc')
  if (more.length)
    return [
      `a qualified name ${regex()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  const errors: string[] = []
  if (second !== undefined)
    errors.push(
      ...(first === '' ? [emptyError] : validateDNS1123Subdomain(first)).map(
        (error) => `prefix part ${error}`,
      ),
    )
  const name = second ?? first
  if (name === '') errors.push(`name part ${emptyError}`)
  else errors.push(...tooLong(name, 63).map((error) => `name part ${error}`))
  return patterns.qualifiedName.test(name) ? errors : [...errors, `name part ${regex()}`]
}

/** The value of a label: empty or like the name part of a qualified name. */
export function validateLabelValue(value: string): string[] {
  const errors = tooLong(value, 63)
  if (patterns.labelValue.test(value)) return errors
  const message = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${alphanumericEnds}`
  return [...errors, regexError(message, labelValue, 'MyValue', 'my_value', '12345')]
}

/** An identifier of C. */
export function validateCIdentifier(value: string): string[] {
  if (patterns.cIdentifier.test(value)) return []
  const message =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'"
  return [regexError(message, cIdentifier, 'my_name', 'MY_NAME', 'MyName')]
}

/** The name of an environment variable under the strict rule. */
export function validateEnvVarName(value: string): string[] {
  const message =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit"
  const errors = patterns.envVarName.test(value)
    ? []
    : [regexError(message, envVarName, 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1')]
  return [...errors, ...leadsUp(value)]
}

/** The name of an environment variable since RelaxedEnvironmentVariableValidation (on by default in 1.32). */
export function validateRelaxedEnvVarName(value: string): string[] {
  if (value === '') return [`environment variable name ${emptyError}`]
  if (/^[ -<>-~]*$/.test(value)) return []
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

/** A key of a ConfigMap or Secret: it becomes the name of a file. */
export function validateConfigMapKey(value: string): string[] {
  const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
  const errors = tooLong(value, 253)
  if (!patterns.configMapKey.test(value))
    errors.push(regexError(message, configMapKey, 'key.name', 'KEY_NAME', 'key-name'))
  return [...errors, ...leadsUp(value)]
}

/** The name of an HTTP header. */
export function validateHTTPHeaderName(value: string): string[] {
  if (patterns.httpHeaderName.test(value)) return []
  return [
    regexError(
      "a valid HTTP header must consist of alphanumeric characters or '-'",
      httpHeaderName,
      'X-Header-Name',
    ),
  ]
}

/** `25%`. */
export function validatePercent(value: string): string[] {
  if (patterns.percent.test(value)) return []
  return [
    regexError(
      "a valid percent string must be a numeric string followed by an ending '%'",
      percent,
      '1%',
      '93%',
    ),
  ]
}

/** The name of a port: at most 15 characters, a letter at least, no doubled hyphen. */
export function validatePortName(value: string): string[] {
  const errors = tooLong(value, 15)
  if (!/^[-a-z0-9]+$/.test(value))
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)')
  if (value.includes('--')) errors.push('must not contain consecutive hyphens')
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen')
  return errors
}

/** A port number, 1 to 65535. */
export const validatePortNumber = (port: number): string[] => validateInRange(port, 1, 65535)

/** A user or group id. */
export const validateUserOrGroupID = (id: number): string[] => validateInRange(id, 0, 2147483647)

/** An inclusive range. */
export const validateInRange = (value: number, min: number, max: number): string[] =>
  value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`]

/** True for a path as in a URL; the pattern is for the message of `regexError`. */
export const isHTTPPath = (value: string): boolean => patterns.httpPath.test(value)
export const httpPathError = (): string => regexError('Invalid path', httpPath)

/** Names that stand in a URL path: no `.`, `..`, `/`, `%` (apimachinery: pkg/api/validation/path IsValidPathSegmentName). */
export function validatePathSegmentName(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`)
}

/** What generateName is held to: a trailing dash will be followed by the suffix, so it counts as a letter (maskTrailingDash). */
export const maskTrailingDash = (name: string): string =>
  name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name

/** `MESSAGE (e.g. 'A',  or 'B', regex used for validation is 'R')` (validation.RegexError; the two spaces are upstream's). */
export function regexError(message: string, pattern: string, ...examples: string[]): string {
  if (!examples.length) return `${message} (regex used for validation is '${pattern}')`
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`
}

/** `must be no more than N characters` (validation.MaxLenError). */
export const maxLengthError = (length: number): string => `must be no more than ${length} characters`

const emptyError = 'must be non-empty'

const tooLong = (value: string, limit: number): string[] =>
  byteLength(value) > limit ? [maxLengthError(limit)] : []

function leadsUp(value: string): string[] {
  if (value === '.') return ["must not be '.'"]
  if (value === '..') return ["must not be '..'"]
  return value.startsWith('..') ? ["must not start with '..'"] : []
}
