import type { BatchObservableCallback, Meter } from '@opentelemetry/api';
import type { ServerEvent, ServerSource, ServerWork, ServerWorkEnd } from '../observe/observer.types.js';
import { known, names } from './attributes.js';

/** In seconds. A step waits for one request of a vendor; a job takes from seconds to half an hour. */
const stepBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const latenessBounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 300];
const jobBounds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600];

/**
 * The instruments. Their names and units follow the conventions for metrics; their attributes have few values each, and none of a user.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 */
export function createMetrics(meter: Meter) {
  const histogram = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } });
  const counter = (name: string, unit: string, description: string) => meter.createCounter(name, { unit, description });

  const running = meter.createObservableGauge('generation.jobs.running', {
    unit: '{job}',
    description: 'Jobs without an end, in the store. Each process tells the same: take the largest, not the sum.',
  });
  const late = meter.createObservableGauge('generation.jobs.late', {
    unit: 's',
    description: 'For how long the job waits that is due for the longest time and that nobody has.',
  });
  const wishes = counter('generation.wishes', '{wish}', 'Wishes that were stored.');
  const posts = counter('generation.posts', '{post}', 'Submits that were sent to a vendor, by what they were charged.');
  const ended = counter('generation.jobs.ended', '{job}', 'Ends of jobs, by status, code and charge.');
  const duration = histogram('generation.job.duration', 'From the submit of a job to its end.', jobBounds);
  const lateness = histogram('generation.step.lateness', 'How late a step begins.', latenessBounds);
  const work = histogram('generation.work.duration', 'How long a submit, step, webhook or copy takes.', stepBounds);
  const incidents = counter('generation.incidents', '{incident}', 'Lines of the log that are warnings or errors.');

  return {
    event(event: ServerEvent): void {
      switch (event.type) {
        case 'wish':
          wishes.add(1, { [names.backend]: event.backend });
          break;
        case 'post':
          posts.add(1, { [names.backend]: event.backend, [names.charged]: event.charged });
          break;
        case 'due':
          lateness.record(event.lateMs / 1_000, { [names.backend]: event.backend });
          break;
        case 'end': {
          const { backend, status, code, charged, ms } = event;
          const about = { [names.backend]: backend, [names.status]: status };
          ended.add(1, known({ ...about, [names.error]: code, [names.charged]: charged }));
          duration.record(ms / 1_000, about);
          break;
        }
        case 'line': {
          const { level, event: name, backend } = event.entry;
          if (level !== 'info') incidents.add(1, known({ [names.event]: name, [names.backend]: backend }));
        }
      }
    },

    worked({ name, backend }: ServerWork, { error, status = 0 }: ServerWorkEnd, seconds: number): void {
      if (name === 'request') return;
      const failure = error ?? (status >= 500 ? String(status) : undefined);
      work.record(seconds, known({ [names.work]: name, [names.backend]: backend, [names.error]: failure }));
    },

    attach({ backends, count }: ServerSource): () => void {
      const observe: BatchObservableCallback = async result => {
        // While the store is away there is nothing to tell: its incidents are counted.
        const counts = await count().catch(() => undefined);
        if (!counts) return;
        // A backend that was taken out may still have jobs.
        for (const backend of new Set([...backends, ...Object.keys(counts.running)])) {
          result.observe(running, counts.running[backend] ?? 0, { [names.backend]: backend });
        }
        result.observe(late, counts.lateMs / 1_000);
      };
      meter.addBatchObservableCallback(observe, [running, late]);
      return () => meter.removeBatchObservableCallback(observe, [running, late]);
    },
  };
}
