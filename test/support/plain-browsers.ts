import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium, launchArguments } from '../../scripts/chromium.mjs';
import { findFirefox, firefoxEnvironment, firefoxPreferences } from '../../scripts/firefox.mjs';
import { findMiniBrowser, startDisplay } from '../../scripts/webkit.mjs';
import type { Engine } from './engine.js';

const starters: {
  readonly [engine in Engine]: (profile: string, url: string, env: NodeJS.ProcessEnv) => ChildProcess;
} = {
  Chromium: (profile, url, env) => start(findChromium(), [...launchArguments, `--user-data-dir=${profile}`, url], env),
  Firefox(profile, url, env) {
    const lines = Object.entries(firefoxPreferences).map(([name, value]) => {
      return `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`;
    });
    writeFileSync(path.join(profile, 'user.js'), lines.join(''));
    return start(findFirefox(), ['--headless', '--no-remote', '--profile', profile, url], {
      ...env,
      ...firefoxEnvironment(),
    });
  },
  WebKit(profile, url, env) {
    // It has no option for its profile.
    const folders = Object.fromEntries(
      ['DATA', 'CACHE', 'CONFIG', 'STATE'].map(name => [`XDG_${name}_HOME`, path.join(profile, name)]),
    );
    return start(findMiniBrowser(), [url], { ...env, ...folders, HOME: profile });
  },
};

// Its own process group: all of its processes can be killed at once.
const start = (file: string, args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawn(file, args, { env, stdio: 'ignore', detached: true });

/** A profile for browsers as users start them, which no driver controls. */
export async function browserProfile(engine: Engine) {
  const profile = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-profile-'));
  const display = engine === 'WebKit' ? await startDisplay() : undefined;
  return {
    /** Starts a browser with a page. The returned function kills it, as when the machine runs out of memory. */
    open(url: string) {
      const child = starters[engine](profile, url, display?.env ?? process.env);
      const { pid } = child;
      if (pid === undefined) throw new Error(`${engine} has no process.`);
      const exited = once(child, 'exit');
      const kill = () => {
        if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL');
      };
      process.once('exit', kill);
      return async () => {
        process.off('exit', kill);
        kill();
        await exited;
      };
    },
    async remove() {
      await display?.stop();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
