import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium, launchArguments } from '../chromium.mjs';
import { blocksOf, readPages } from '../docs/pages.mjs';
import { freePort, nextStart, whileServing } from './next-app.mjs';

const guide = 'docs/guide/server.md';
const section = /^## From nothing to a page\n.*?(?=^## )/ms;
const secret = 'a secret of this run, and of nothing else';
/** How long a page of a busy machine may take. */
const patienceMs = 60_000;

/** The files of the guide's app, word for word. @param {string} folder */
export function writeGuide(folder) {
  const text = section.exec(readPages().find(page => page.path === guide)?.text ?? '')?.[0] ?? '';
  const files = blocksOf({ path: guide, text }).filter(({ file }) => file !== undefined);
  assert(files.length > 0, `${guide} has no files in its first section.`);
  for (const { file = '', code } of files) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
  writeFileSync(path.join(folder, '.env.local'), `APP_SECRET=${secret}\nFAL_KEY=any:key\n`);
}

/** What a server answers to a request by another name. @param {number} port @param {string} host */
async function statusFor(port, host) {
  const sent = request({ port, host: '127.0.0.1', path: '/api/generations/image/jobs/41', headers: { host } });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

/** Clicks through the page of the guide, up to its picture. @param {string} origin */
async function clickThrough(origin) {
  const browser = await chromium.launch({ executablePath: findChromium(), args: launchArguments });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(patienceMs);
    const generate = async () => {
      // A form that React does not know yet is submitted by the browser.
      await page.waitForFunction(() => Object.keys(document.forms[0] ?? {}).some(key => key.startsWith('__react')));
      await page.getByLabel('Prompt').fill('a lighthouse');
      await page.getByRole('button', { name: 'Generate' }).click();
    };
    await page.goto(origin);
    await generate();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Secret').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${origin}/`);
    await generate();
    await page.getByText(/lighthouse: (streaming|polling|connecting)/).waitFor();
    await page.reload();
    await page.waitForFunction(() => Array.from(document.images).some(image => image.naturalWidth > 0));
    assert.equal(await page.locator('img').count(), 1);
    await page.getByText('a lighthouse: completed').waitFor();
  } finally {
    await browser.close();
  }
}

/** The built app, with the double of the guide in fal's place: one picture, and one paid submit. @param {string} folder */
export async function followGuide(folder) {
  const [doublePort, port] = [await freePort(), await freePort()];
  const doubleUrl = `http://127.0.0.1:${doublePort}`;
  const origin = `http://127.0.0.1:${port}`;
  const env = { APP_ORIGIN: origin, FAL_BASE_URL: doubleUrl };
  await whileServing(['double.mjs', `${doublePort}`], { cwd: folder, env: {}, url: doubleUrl }, printed =>
    whileServing(nextStart(folder, port), { cwd: folder, env, url: origin }, async () => {
      await clickThrough(origin);
      const [paid] = printed().match(/\d+(?=\n$)/) ?? [];
      assert.equal(paid, '1', `The double was paid ${paid} times:\n${printed()}`);
      assert.equal(await statusFor(port, `evil.test:${port}`), 421);
      assert.equal(await statusFor(port, `127.0.0.1:${port}`), 401);
    }),
  );
}
