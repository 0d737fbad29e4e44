import { parse } from 'yaml'
import { Lab } from '../../../src/kernel/apiserver/testing/lab.ts'
import { difference, jsonLines, tally, type OracleSuite, type ReadOracleFile } from '../suite.ts'
import { mask } from './mask.ts'
import { makeNamespace } from './namespace.ts'

interface Case {
  readonly src: string
  readonly doc: number
  readonly path: string
  readonly body: unknown
  readonly status: number
  readonly response: unknown
}

const setup = 'manifests/prometheus-operator+kube-prometheus/manifests/setup'
const kindNames = ['alertmanager', 'podmonitor', 'probe', 'prometheus', 'prometheusrule', 'servicemonitor']

/** Dry-run creates of objects whose kinds a project's own definitions make. */
export const customResourceCreateSuite: OracleSuite = {
  pattern: /^apiserver-golden\/create-dryrun-crs\.jsonl(\.gz)?$/,
  run: (_path, text, read) => {
    const lab = new Lab()
    makeNamespace(lab, 'monitoring')
    for (const name of kindNames) define(lab, read, name)
    lab.run(3000)
    return tally(
      jsonLines<Case>(text),
      ({ src, doc }) => `${src}#${doc}`,
      ({ path, body, status, response }) => {
        const answer = lab.ask({ method: 'POST', path, body })
        if (answer.status !== status)
          return `status ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`
        return difference(mask(answer.body), mask(response))
      },
    )
  },
}

function define(lab: Lab, read: ReadOracleFile, name: string): void {
  const text = read(`${setup}/0${name}CustomResourceDefinition.yaml`)
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const { status, body } = lab.ask({ method: 'POST', path, body: parse(text ?? '') })
  if (status !== 201) throw new Error(`${name}: ${JSON.stringify(body).slice(0, 300)}`)
}
