import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a part of the page: the rule and the element, for each. */
export async function troublesIn(page: Page, part: string): Promise<readonly string[]> {
  await page.addScriptTag({ path: script });
  return page.evaluate(async selector => {
    const checker: unknown = Reflect.get(window, 'axe');
    // It is what the script has put there.
    const { violations } = await (checker as typeof axe).run(selector);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, part);
}
