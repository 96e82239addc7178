import { readFileSync } from 'node:fs';
import { type Meter, metrics } from '@opentelemetry/api';
import { openTelemetry } from 'generation-lifecycle/server/opentelemetry';
import { describe, expect, it } from 'vitest';
import { logEvents } from '../../src/server/observe/log-events.js';

const guide = readFileSync(new URL('../../docs/guide/operating.md', import.meta.url), 'utf8');

describe('the guide to operating it', () => {
  it('has a row for each event of the log, with its level, and no other', () => {
    const rows = Object.entries(logEvents).map(([event, [level, when]]) => `| \`${event}\` | ${level} | ${when} |`);
    expect(guide).toContain(`| event | level | when |\n| --- | --- | --- |\n${rows.join('\n')}\n\n`);
  });

  it('has a row for each metric, with its unit, and no other', () => {
    const made: string[] = [];
    const noop = metrics.getMeter('none');
    const meter = new Proxy(noop, {
      get: (target, method: keyof Meter) => (name: string, options?: { readonly unit?: string }) => {
        made.push(`${name} ${options?.unit}`);
        return Reflect.apply(target[method] as () => unknown, target, [name, options]);
      },
    });
    openTelemetry({ meter });
    const rows = Array.from(
      guide.matchAll(/^\| `(generation\.[\w.]+)` \| `(.+?)` \|/gm),
      ([, name, unit]) => `${name} ${unit}`,
    );
    expect(rows.sort()).toEqual(made.sort());
  });
});
