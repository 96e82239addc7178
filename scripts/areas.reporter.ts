import path from 'node:path';
import { DefaultReporter, type TestModule } from 'vitest/node';

type Area = { passed: number; failed: number; skipped: number; ms: number };

/** A file that cannot be loaded counts as one failure. */
function addTo(area: Area, module: TestModule): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    area[state === 'passed' || state === 'skipped' ? state : 'failed'] += 1;
  }
  area.failed += module.errors().length;
  area.ms += module.diagnostic().duration;
}

function areasOf(modules: readonly TestModule[]): ReadonlyMap<string, Area> {
  const areas = new Map<string, Area>();
  for (const module of modules.toSorted((a, b) => a.relativeModuleId.localeCompare(b.relativeModuleId))) {
    const folder = path.posix.dirname(module.relativeModuleId);
    const area = areas.get(folder) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 };
    addTo(area, module);
    areas.set(folder, area);
  }
  return areas;
}

/**
 * Prints each failure, then one line for each folder of tests, then the totals. While the tests run, it prints the names
 * of those that fail, and nothing of those that pass.
 */
export class AreasReporter extends DefaultReporter {
  protected override printTestModule(module: TestModule): void {
    for (const test of module.children.allTests('failed')) {
      this.log(`failed: ${module.relativeModuleId} > ${test.fullName}`);
    }
    if (module.errors().length > 0) this.log(`failed: ${module.relativeModuleId}`);
  }

  override reportTestSummary(...args: Parameters<DefaultReporter['reportTestSummary']>): void {
    const areas = areasOf(this.ctx.state.getTestModules());
    const width = Math.max(...Array.from(areas.keys(), name => name.length));
    this.log();
    for (const [name, { passed, failed, skipped, ms }] of areas) {
      const seconds = `${(ms / 1_000).toFixed(1)} s`;
      const counts = [
        `${passed} passed`.padStart(11),
        ...(failed > 0 ? [`${failed} failed`] : []),
        ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ];
      this.log(`${name.padEnd(width)} ${seconds.padStart(8)} ${counts.join(', ')}`);
    }
    for (const module of this.ctx.state.getTestModules()) {
      for (const test of module.children.allTests('passed')) {
        if (test.diagnostic()?.flaky)
          this.log(`failed at first, passed later: ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    super.reportTestSummary(...args);
  }
}
