/** @import { Mutant } from './mutant.types.js' */

const observe = 'src/server/observe/observe.ts';
const log = 'src/server/log.ts';
const health = 'src/server/health.ts';
const spans = 'src/server/opentelemetry/spans.ts';
const metrics = 'src/server/opentelemetry/metrics.ts';

const observing = ['test/server/observe.test.ts'];
const probing = ['test/server/health.test.ts'];
const telemetry = ['test/server/opentelemetry.test.ts'];

/** Faults of what an operator sees. @type {readonly Mutant[]} */
export const observeMutants = [
  {
    name: 'observe: does the work as often as an observer asks for it',
    family: 'never paid twice',
    file: observe,
    find: 'begun ??= run();',
    replace: 'begun = run();',
    caughtBy: observing,
  },
  {
    name: 'observe: lets what an observer throws end the work',
    family: 'nothing of a user ends the server',
    file: observe,
    find: `    } catch (error) {
      fail(error);
      return undefined;
    }`,
    replace: `    } catch (error) {
      fail(error);
      throw error;
    }`,
    caughtBy: observing,
  },
  {
    name: 'observe: tells each thing that an observer throws',
    family: 'nothing of a user ends the server',
    file: observe,
    find: 'if (hasFailed.has(observer)) return;',
    replace: '',
    caughtBy: observing,
  },
  {
    name: 'observe: counts an end that was assumed, and not the true one',
    family: 'an operator is told what happened',
    file: 'src/server/steps/told-end.ts',
    find: '(!toJobState(before).isAssumed || isAssumed)',
    replace: 'id',
    caughtBy: observing,
  },
  {
    name: 'log: has the secrets of the server in it',
    family: 'no secret in a log',
    file: log,
    find: 'toShownText(text, secrets)',
    replace: 'toShownText(text)',
    caughtBy: observing,
  },
  {
    name: 'log: has the addresses of webhooks in it',
    family: 'no secret in a log',
    file: log,
    find: ".replace(webhookAddress, '$1…')",
    replace: '',
    caughtBy: observing,
  },
  {
    name: 'log: tells a job that may have been charged like any other',
    family: 'an operator is told what happened',
    file: log,
    find: "status !== 'completed' && charged !== 'no' ? 'warn' : 'info'",
    replace: "ms < 0 ? 'warn' : 'info'",
    caughtBy: observing,
  },
  {
    name: 'health: is ready while it stops',
    family: 'a probe tells the truth',
    file: health,
    find: "if (engine === 'stopped') return toResponse({ status: 'fail', engine }, probe);",
    replace: '',
    caughtBy: probing,
  },
  {
    name: 'health: is alive only while its store is',
    family: 'a probe tells the truth',
    file: health,
    find: "if (probe.name === 'live' || !place)",
    replace: 'if (!place)',
    caughtBy: probing,
  },
  {
    name: 'health: asks the store for everybody',
    family: 'a probe costs nothing',
    file: health,
    find: 'if (!known || Math.abs(now - known.at) >= freshMs)',
    replace: 'if (!known || now > 0)',
    caughtBy: probing,
  },
  {
    name: 'opentelemetry: tells who asks although nobody wants it',
    family: 'no secret in a trace',
    file: spans,
    find: 'userIds && userId !== undefined',
    replace: 'userId !== undefined',
    caughtBy: telemetry,
  },
  {
    name: 'opentelemetry: doubles the span of a request',
    family: 'a trace has each thing once',
    file: spans,
    find: 'if (trace.getSpan(active)) {',
    replace: 'if (!active) {',
    caughtBy: telemetry,
  },
  {
    name: 'opentelemetry: leaves the trace of the caller',
    family: 'a trace has each thing once',
    file: spans,
    find: 'propagation.extract(active, request.headers, headersGetter)',
    replace: 'propagation.extract(active, {}, { get: () => undefined, keys: () => [] })',
    caughtBy: telemetry,
  },
  {
    name: 'opentelemetry: takes what a page does wrong for an error of the server',
    family: 'an operator is told what happened',
    file: spans,
    find: 'status >= 500',
    replace: 'status >= 400',
    caughtBy: telemetry,
  },
  {
    name: 'opentelemetry: takes a copy that fails for one that is made',
    family: 'an operator is told what happened',
    file: 'src/server/copies/copies.ts',
    find: 'failed === undefined ? {} : toFailedEnd(failed)',
    replace: 'failed === undefined ? {} : {}',
    caughtBy: telemetry,
  },
  {
    name: 'opentelemetry: forgets what a submit has cost',
    family: 'an operator is told what happened',
    file: metrics,
    find: '[names.charged]: event.charged }',
    replace: "[names.charged]: 'yes' }",
    caughtBy: telemetry,
  },
];
