import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectToChromium, findChromium, launchArguments } from '../chromium.mjs';
import { inspectAfterCrash, startSession } from './sessions.mjs';

/** @typedef {import('./crash.types.ts').Crash} Crash */

/** Starts a browser with a profile that survives it. @param {string} profile */
async function launch(profile) {
  const child = spawn(
    findChromium(),
    [...launchArguments, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    // Its own process group: all of its processes can be killed at once.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const exited = once(child, 'exit');
  let output = '';
  /** @type {string} */
  const endpoint = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`Chromium has ended:\n${output}`)));
    child.stderr.setEncoding('utf8').on('data', text => {
      output += text;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(output) ?? [];
      if (address) resolve(address);
    });
  });
  const { context } = await connectToChromium(endpoint);
  const { pid } = child;
  if (pid === undefined) throw new Error('Chromium has no process.');
  return {
    context,
    /** As when the machine runs out of memory, or the user ends the task. */
    async kill() {
      process.kill(-pid, 'SIGKILL');
      await exited;
    },
  };
}

/**
 * Kills one browser after the other, all with one profile. Each has a group of pages, and is killed at the crash point of
 * the first page.
 * @param {readonly (readonly Crash[])[]} groups
 * @param {(crash: Crash, index: number, name: string) => import('./crash.types.ts').Site} toSite by the crash and its index in the group
 * @param {(report: import('./crash.types.ts').CrashReport) => void} onReport
 */
export async function crashBrowsers(groups, toSite, onReport) {
  const profile = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-profile-'));
  let browser = await launch(profile);
  try {
    for (const [number, group] of groups.entries()) {
      const sites = group.map((crash, index) => toSite(crash, index, `browser-${number}`));
      const { context } = browser;
      const sessions = await Promise.all(sites.map(site => startSession(context, site)));
      await sessions[0]?.reached;
      await browser.kill();
      browser = await launch(profile);
      const { context: next } = browser;
      const reports = await Promise.all(sessions.map(session => inspectAfterCrash(next, session)));
      for (const report of reports) onReport(report);
    }
  } finally {
    await browser.kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
