import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestModule, TestProject, TestSpecification } from 'vitest/node';

/** StrykerJS asks for each mutant whether it is the active one. */
const anyMutant = /stryMutAct_\w+\("(\d+)"\)/g;

/**
 * Which test files are the first to judge a mutant: those that have noticed the most mutants of its file, then in the order of the
 * part. A mutant ends with the first test that notices it, so this is most of its time.
 */
export class Judges {
  readonly #tests: readonly string[];
  readonly #noticed = new Map<string, Map<string, number>>();
  readonly #sources: readonly string[];
  #sourceOf: Map<string, string> | undefined;

  constructor(sources: readonly string[], tests: readonly string[]) {
    this.#sources = sources;
    this.#tests = tests;
  }

  sort(specifications: readonly TestSpecification[]) {
    const noticed = this.#noticedBy(specifications[0]?.project);
    const placeOf = (moduleId: string) => this.#tests.findIndex(file => moduleId.endsWith(`/${file}`));
    const countOf = (moduleId: string) => noticed?.get(moduleId) ?? 0;
    return specifications.toSorted(
      (a, b) => countOf(b.moduleId) - countOf(a.moduleId) || placeOf(a.moduleId) - placeOf(b.moduleId),
    );
  }

  learn(modules: readonly TestModule[]) {
    for (const module of modules.filter(one => one.state() === 'failed')) {
      const noticed = this.#noticedBy(module.project);
      noticed?.set(module.moduleId, (noticed.get(module.moduleId) ?? 0) + 1);
    }
  }

  /** How many mutants of the active one's file each test file has noticed. */
  #noticedBy(project: TestProject | undefined) {
    const { mode, activeMutant } = project?.getProvidedContext() ?? {};
    if (mode !== 'mutant' || activeMutant === undefined) return undefined;
    this.#sourceOf ??= this.#readMutants();
    const source = this.#sourceOf.get(activeMutant);
    if (source === undefined) return undefined;
    const noticed = this.#noticed.get(source) ?? new Map<string, number>();
    this.#noticed.set(source, noticed);
    return noticed;
  }

  /** The sources are those of the sandbox. */
  #readMutants() {
    const entries = this.#sources.flatMap(source =>
      Array.from(
        readFileSync(path.resolve(source), 'utf8').matchAll(anyMutant),
        ([, id = '']) => [id, source] as const,
      ),
    );
    return new Map(entries);
  }
}
