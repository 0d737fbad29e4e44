/**
 * Stands in for @vscode/l10n in the YAML language's worker: its words in our languages, and no crash on a key that is null.
 * The worker's name is the language.
 */
type Value = string | number | boolean | null | undefined

/** `t('Property {0} is not allowed.', 'x')`, or with values by name. */
export function t(message: string, ...values: Value[] | [Readonly<Record<string, Value>>]): string {
  const [first] = values
  const held = (typeof first === 'object' && first !== null ? first : values) as Readonly<
    Record<string, Value>
  >
  const text = (self.name === 'zh' && zh[message]) || message
  return text.replace(/\{([^}]+)\}/g, (whole, name: string) => (name in held ? String(held[name]) : whole))
}

/** Where @vscode/l10n would be given its bundle. */
export function config(): void {}

const zh: Readonly<Record<string, string>> = {
  'Property {0} is not allowed.': '不允许属性 {0}。',
  'Object is missing property {0} required by property {1}.': '缺少 {1} 要求的属性 {0}。',
  'Value is not accepted. Valid values: {0}.': '不接受这个值。有效值：{0}。',
  'Incorrect type. Expected one of {0}.': '类型不正确，应为 {0} 之一。',
  'Incorrect type. Expected "{0}".': '类型不正确，应为 "{0}"。',
  'Matches multiple schemas when only one must validate.': '符合多个模式，而只能符合一个。',
  'Matches a schema that is not allowed.': '符合了不允许的模式。',
  'Array has duplicate items.': '数组中有重复的项。',
  'Array has too few items. Expected {0} or more.': '数组的项太少，至少应有 {0} 个。',
  'Array has too many items. Expected {0} or fewer.': '数组的项太多，最多 {0} 个。',
  'Value is below the minimum of {0}.': '值小于最小值 {0}。',
  'Value is above the maximum of {0}.': '值大于最大值 {0}。',
  'Create an item of an array{0}{1}': '新建一个数组项{0}{1}',
  '- (array item) ': '- （数组项）',
  'Default value': '默认值',
  'Allowed Values:': '允许的值：',
  'Source: [{0}]({1})': '来源：[{0}]({1})',
  'Example:': '示例：',
  'Convert to block style {0}': '转换为块样式 {0}',
  'Convert string to literal block string': '转换为保留换行的块字符串',
  'Convert string to folded block string': '转换为折叠换行的块字符串',
  'Convert all Tabs to Spaces': '把所有制表符转换为空格',
  'Convert Tab to Spaces': '把制表符转换为空格',
  'Convert to boolean': '转换为布尔值',
  'Delete unused anchor: {0}': '删除未使用的锚点：{0}',
}
