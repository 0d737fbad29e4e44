import { requestInfo } from '../../../src/kernel/apiserver/request-info.ts'
import { difference, notApplicable } from '../suite.ts'
import { vectorSuite } from '../vector.ts'

const infoOf = (method: string, path: string) => requestInfo({ method, path, headers: {} })

/** kubernetes: apiserver pkg/endpoints/request/requestinfo_test.go. */
export const requestInfoSuite = vectorSuite('apiserver__pkg__endpoints__request__requestinfo_test', {
  TestGetAPIRequestInfo: (row) => {
    // Its second table: paths that are no resource's.
    if (typeof row === 'string') return infoOf('GET', row).target ? 'taken for a resource' : undefined
    const { target, verb } = infoOf(row.method, row.url)
    return difference(
      {
        verb,
        group: target?.group,
        version: target?.version,
        namespace: target?.namespace,
        resource: target?.resource,
        subresource: target?.subresource,
        name: target?.name,
      },
      {
        verb: row.expectedVerb,
        group: row.expectedAPIGroup ?? '',
        version: row.expectedAPIVersion,
        namespace: row.expectedNamespace ?? '',
        resource: row.expectedResource,
        subresource: row.expectedSubresource ?? '',
        name: row.expectedName ?? '',
      },
    )
  },
  TestGetNonAPIRequestInfo: ({ url = '', expected = false }) =>
    difference(infoOf('GET', url).target !== undefined, expected),
  TestSelectorParsing: ({ expectedErr, method, url, expectedVerb }) =>
    expectedErr
      ? notApplicable('selectors are read where they are used')
      : difference(infoOf(method, url).verb, expectedVerb),
})
