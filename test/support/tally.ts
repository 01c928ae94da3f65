import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with one line that says how it went: `N passed, N failed`. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0
    let failed = errors.length
    for (const module of modules) {
      if (module.errors().length > 0) failed += 1
      // a hook that fails leaves its suite's tests untried
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed += 1
        if (state === 'failed') failed += 1
      }
    }
    // After vitest's own summary, which is printed in this tick.
    setImmediate(() => console.log(`${passed} passed, ${failed} failed`))
  }
}
