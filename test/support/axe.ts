import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The violations that axe finds in a part of the page, each with its rule and element. */
export async function violationsIn(page: Page, part: string): Promise<readonly string[]> {
  await page.addScriptTag({ path: script });
  return page.evaluate(async selector => {
    const checker: unknown = Reflect.get(window, 'axe');
    const { violations } = await (checker as typeof axe).run(selector);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, part);
}
