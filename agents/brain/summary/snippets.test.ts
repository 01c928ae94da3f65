import { expect, it } from 'vitest'
import { judge, snippets } from '../../../test/evals/snippets.ts'

it.each(snippets().map((snippet) => [snippet.id, snippet] as const))(
  'decides and gives out what people would say was decided and given out: %s',
  (_, snippet) => {
    const { decisions, actions } = judge(snippet)
    expect([...decisions.faults, ...actions.faults]).toEqual([])
  },
)
