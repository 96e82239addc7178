import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium, launchArguments } from '../chromium.mjs';
import { beginLife, liveOn } from './sessions.mjs';

/** @typedef {import('./crash.types.ts').Death} Death */

/** A browser of its own processes, over a profile that outlives it. @param {string} profile */
async function launch(profile) {
  const child = spawn(
    findChromium(),
    [...launchArguments, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    // A group of its own, so that all of its processes can be killed in one instant.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const exited = once(child, 'exit');
  let said = '';
  /** @type {string} */
  const endpoint = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`Chromium has ended:\n${said}`)));
    child.stderr.setEncoding('utf8').on('data', text => {
      said += text;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address) resolve(address);
    });
  });
  const browser = await chromium.connectOverCDP(endpoint);
  const [context] = browser.contexts();
  if (!context || child.pid === undefined) throw new Error('Chromium has no context.');
  const { pid } = child;
  return {
    context,
    /** As when the machine's memory ends, or its user ends the task. */
    async kill() {
      process.kill(-pid, 'SIGKILL');
      await exited;
    },
  };
}

/**
 * Lets the pages of one browser live and die with it, one browser after the other over one profile; in each, the first
 * page says when.
 * @param {readonly (readonly Death[])[]} groups
 * @param {(death: Death, place: number, name: string) => import('./crash.types.ts').Site} toSite where the page of this place in its group is
 * @param {(autopsy: import('./crash.types.ts').Autopsy) => void} tell
 */
export async function dieAsBrowsers(groups, toSite, tell) {
  const profile = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-profile-'));
  let browser = await launch(profile);
  try {
    for (const [number, group] of groups.entries()) {
      const sites = group.map((death, place) => toSite(death, place, `browser-${number}`));
      const { context } = browser;
      const lives = await Promise.all(sites.map(site => beginLife(context, site)));
      await lives[0]?.reached;
      await browser.kill();
      browser = await launch(profile);
      const { context: next } = browser;
      const autopsies = await Promise.all(lives.map(life => liveOn(next, life)));
      autopsies.forEach(tell);
    }
  } finally {
    await browser.kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
