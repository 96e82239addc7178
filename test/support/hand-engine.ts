import type { EngineWorker, GenerationEngine, JobWake } from 'generation-lifecycle/server';

/** An engine that keeps what it is told, and wakes when a test says so. */
export function handEngine(members: Partial<GenerationEngine> = {}) {
  const told: JobWake[] = [];
  const workers: EngineWorker[] = [];
  const engine: GenerationEngine = {
    async schedule(wakes) {
      told.push(...wakes);
    },
    async start(worker) {
      workers.push(worker);
    },
    ...members,
  };
  return { engine, told, workers, wake: (wake: JobWake) => workers[0]?.advance(wake) };
}
