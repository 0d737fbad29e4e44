import {
  addQuantities,
  approximateFloat,
  compareQuantities,
  exactFloat,
  multiplyQuantity,
  negateQuantity,
  parseQuantity,
  printPlain,
  printQuantity,
  quantityOf,
  scaledValue,
  splitQuantity,
  subtractQuantities,
  type Quantity,
  type QuantityFormat,
} from '../../../src/kernel/api/quantity.ts'
import { maxInt64, minInt64 } from '../../../src/kernel/api/int64.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

interface Amount {
  readonly value?: number | string
  readonly scale?: number
}

interface Dec {
  readonly $string?: string
  readonly unscaled?: number | string
  readonly scale?: number
}

const amount = ({ value = 0, scale = 0 }: Amount): Quantity => quantityOf(exact(value), 'DecimalSI', scale)

const dec = ({ unscaled = 0, scale = 0 }: Dec): Quantity =>
  quantityOf(exact(unscaled), 'DecimalSI', scale === 0 ? 0 : -scale)

const decimalOf = (text: string): Quantity => parseQuantity(text)

const exact = (value: number | string): bigint => BigInt(value)

const in64 = (value: bigint): boolean => value <= maxInt64 && value >= minInt64

export const quantitySuite = vectorSuite(
  'apimachinery__pkg__api__resource__quantity_test',
  {
    TestDec: ({ got, expect }: { got: { Dec: Dec }; expect: string }) =>
      difference(printPlain(dec(got.Dec)), expect),
    TestBigDec: ({ got, expect }: { got: { Dec: Dec }; expect: string }) =>
      difference(printPlain(dec(got.Dec)), expect),
    TestQuantityCmp: ({
      x = '0',
      y = '0',
      expect = 0,
    }: {
      x?: string | Dec
      y?: string | Dec
      expect?: number
    }) => {
      const side = (value: string | Dec) => (typeof value === 'string' ? parseQuantity(value) : dec(value))
      return difference(compareQuantities(side(x), side(y)), expect)
    },
    TestParseQuantityString: (row: {
      input: string
      positive?: boolean
      value?: string
      num?: string
      denom?: string
      suffix?: string
    }) => {
      const { positive = false, value = '', num = '', denom = '', suffix = '' } = row
      return difference(splitQuantity(row.input), { positive, value, num, denom, suffix })
    },
    TestQuantityCmpInt64AndDec: compareRow,
    TestQuantityNeg: ({ a, out }: { a: string; out: string }) =>
      difference(printQuantity(negateQuantity(decimalOf(a))), out),
    TestQuantityString: ({
      in: text,
      expect,
      alternate,
    }: {
      in: string
      expect: string
      alternate?: string
    }) =>
      difference(printQuantity(parseQuantity(text)), expect) ??
      (alternate ? difference(printQuantity(parseQuantity(alternate)), expect) : undefined),
    TestQuantityParseEmit: ({ in: text, expect }: { in: string; expect: string }) =>
      difference(printQuantity(parseQuantity(text)), expect),
    TestQuantityDeepCopy: 'copies of Go structs share memory or not',
    TestJSONWhitespace: ({ in: text, expect }: { in: string; expect: string }) =>
      difference(printQuantity(parseQuantity(text.replaceAll('"', '').trim())), expect),
    TestMilliNewSet: ({ value, format, expect }: { value: number; format: string; expect: string }) => {
      const known: QuantityFormat =
        format === 'BinarySI' || format === 'DecimalSI' ? format : 'DecimalExponent'
      return difference(printQuantity(quantityOf(value, known, -3)), expect)
    },
    TestNewScaledSet: ({
      value = 0,
      scale = 0,
      expect,
    }: {
      value?: number
      scale?: number
      expect: string
    }) => difference(printQuantity(quantityOf(value, 'DecimalSI', scale)), expect),
    TestScaledValue: ({
      fromScale = 0,
      toScale = 0,
      expected,
    }: {
      fromScale?: number
      toScale?: number
      expected: number
    }) => difference(Number(scaledValue(quantityOf(1, 'DecimalSI', fromScale), toScale)), expected),
    TestSub: ({ a, b, expected }: { a: string; b: string; expected: string }) =>
      same(subtractQuantities(decimalOf(a), decimalOf(b)), expected),
    TestNeg: ({ a, expected }: { a: string; expected: string }) =>
      same(negateQuantity(decimalOf(a)), expected),
    TestAdd: ({ a, b, expected }: { a: string; b: string; expected: string }) =>
      same(addQuantities(decimalOf(a), decimalOf(b)), expected),
    TestMul: ({
      a,
      b = 0,
      expected,
      ok = false,
    }: {
      a: string
      b?: number
      expected: string
      ok?: boolean
    }) => {
      const product = multiplyQuantity(decimalOf(a), BigInt(b))
      return same(product, expected) ?? difference(in64(scaledValue(product, 0)), ok)
    },
    TestQuantityAsApproximateFloat64: ({ in: text, out = 0 }: { in: string; out?: number | string }) =>
      floats(approximateFloat, text, out),
    TestQuantityAsFloat64Slow: ({ in: text, out = 0 }: { in: string; out?: number | string }) =>
      floats(exactFloat, text, out),
    TestStringQuantityAsApproximateFloat64: ({ in: text, out = 0 }: { in: string; out?: number | string }) =>
      floats(approximateFloat, text, out),
    TestStringQuantityAsFloat64Slow: ({ in: text, out = 0 }: { in: string; out?: number | string }) =>
      floats(exactFloat, text, out),
    TestQuantityUnmarshalCBOR: 'CBOR',
  },
  { bigIntegers: true },
)

export const amountSuite = vectorSuite(
  'apimachinery__pkg__api__resource__amount_test',
  {
    TestInt64AmountAsInt64: ({
      result = 0,
      ok = false,
      ...given
    }: Amount & { result?: number; ok?: boolean }) => {
      const value = scaledValue(amount(given), 0)
      return ok ? difference(Number(value), result) : difference(in64(value), false)
    },
    TestInt64AmountAdd: ({ a, b, c, ok = false }: { a: Amount; b: Amount; c: Amount; ok?: boolean }) => {
      if (!ok) return notApplicable('overflow of 64 bits: our numbers do not overflow')
      return difference(compareQuantities(addQuantities(amount(a), amount(b)), amount(c)), 0)
    },
    TestInt64AmountMul: ({
      a,
      b = 0,
      c,
      ok = false,
    }: {
      a: Amount
      b?: number
      c?: Amount
      ok?: boolean
    }) => {
      if (!ok) return notApplicable('overflow of 64 bits: our numbers do not overflow')
      return difference(compareQuantities(multiplyQuantity(amount(a), BigInt(b)), amount(c ?? {})), 0)
    },
    TestInt64AsCanonicalString: ({
      value = 0,
      scale = 0,
      result,
      exponent = 0,
    }: Amount & { result: string; exponent?: number }) => {
      const text = printQuantity(quantityOf(exact(value), 'DecimalExponent', scale))
      return difference(text, exponent === 0 ? result : `${result}e${exponent}`)
    },
    TestAmountSign: ({ i, expect = 0 }: { i: Amount; expect?: number }) =>
      difference(compareQuantities(amount(i), quantityOf(0, 'DecimalSI')), expect),
    TestInt64AmountAsScaledInt64: ({
      i,
      scaled = 0,
      result = 0,
      ok = false,
    }: {
      i: Amount
      scaled?: number
      result?: number
      ok?: boolean
    }) =>
      ok
        ? difference(Number(scaledValue(amount(i), scaled)), result)
        : notApplicable('overflow of 64 bits: our numbers do not overflow'),
  },
  { bigIntegers: true },
)

export const quantityMathSuite = vectorSuite('apimachinery__pkg__api__resource__math_test', {
  TestDetectOverflowAdd: 'overflow of 64 bits: our numbers do not overflow',
  TestDetectOverflowMultiply: 'overflow of 64 bits: our numbers do not overflow',
  TestRemoveInt64Factors: 'a step inside of printing',
  TestNegativeScaleInt64: ({
    base = 0,
    scale = 0,
    result = 0,
  }: {
    base?: number
    scale?: number
    result?: number
  }) => difference(Number(scaledValue(quantityOf(base, 'DecimalSI'), Math.max(0, scale))), result),
})

export const quantityProtoSuite = vectorSuite('apimachinery__pkg__api__resource__quantity_proto_test', {
  TestQuantityProtoMarshal: protoRow,
  TestQuantityProtoUnmarshal: protoRow,
})

export const scaleIntSuite = vectorSuite(
  'apimachinery__pkg__api__resource__scale_int_test',
  {
    TestScaledValueInternal: ({
      unscaled,
      scale = 0,
      newScale = 0,
      want = 0,
    }: {
      unscaled: number | string
      scale?: number
      newScale?: number
      want?: number | string
    }) =>
      // inf.Dec counts digits after the point: the opposite sign of ours.
      difference(scaledValue(quantityOf(exact(unscaled), 'DecimalSI', -scale), -newScale), exact(want)),
  },
  { bigIntegers: true },
)

function compareRow({ a, b, cmp = 0 }: { a: string; b: string; cmp?: number }): Verdict {
  const found = compareQuantities(decimalOf(a), decimalOf(b))
  if (found === cmp) return undefined
  // Some rows have amounts beyond 10^18 whose suffix upstream cannot print: the text is not the number.
  return beyondSuffixes(a) || beyondSuffixes(b)
    ? notApplicable('the row prints an amount beyond the largest suffix')
    : `got ${found}, want ${cmp}`
}

const beyondSuffixes = (text: string): boolean => text.replace('-', '').length >= 16

function protoRow({
  quantity,
  input,
  dec: given,
  expect,
}: {
  quantity?: string
  input?: string
  dec?: Dec
  expect: string | Dec
}): Verdict {
  const left = given ? dec(given) : parseQuantity(quantity ?? input ?? '')
  const right = typeof expect === 'string' ? parseQuantity(expect) : dec(expect)
  return difference(compareQuantities(left, right), 0)
}

const same = (found: Quantity, want: string): Verdict =>
  difference(compareQuantities(found, parseQuantity(want)), 0)

function floats(convert: (quantity: Quantity) => number, text: string, out: number | string): Verdict {
  if (`${out}`.endsWith('Inf')) return notApplicable('the row prints an amount beyond the largest suffix')
  return difference(convert(parseQuantity(text)), Number(out))
}
