import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';
import type { TestFailure, TestReport } from './mutant.types.js';

/** How Vitest reports a test, a hook or a wait that has run out of time. */
const timeOut = /^(?:(?:Test|Hook) timed out in |Matcher did not succeed in time|Timed out in waitFor)/;

function toFailure({ name, message, stack, cause }: SerializedError): TestFailure {
  // A poll throws its last assertion error. Only the cause says that the time was over.
  const isTimeOut = timeOut.test(message) || timeOut.test(cause?.message ?? '');
  return { kind: isTimeOut ? 'time-out' : name === 'AssertionError' ? 'assertion' : 'other', text: stack ?? message };
}

/** Writes what a detector has to know of a test run to the file that the variable `DETECTOR_REPORT` names. */
class DetectorReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[], reason: TestRunEndReason): void {
    const report: TestReport = {
      tests: modules.flatMap(({ moduleId, children }) =>
        Array.from(children.allTests(), test => {
          const { state, errors = [] } = test.result();
          const { paths } = test.meta() as { readonly paths?: number };
          return { file: moduleId, name: test.fullName, state, errors: errors.map(toFailure), ...(paths && { paths }) };
        }),
      ),
      files: [...new Set(modules.map(({ moduleId }) => moduleId))],
      errors: [
        ...modules.flatMap(module => [
          ...module.errors(),
          ...Array.from(module.children.allSuites(), suite => suite.errors()).flat(),
        ]),
        ...errors,
      ].map(toFailure),
      passed: reason === 'passed',
    };
    writeFileSync(process.env['DETECTOR_REPORT'] ?? '', JSON.stringify(report));
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default DetectorReporter;
