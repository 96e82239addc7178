import { createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { createClientMachine } from '../../src/machines/client/client.machine.js';
import { scriptedAdapter } from '../support/scripted-adapter.js';

const script = { submit: () => {}, read: () => {}, events: () => {}, cancel: () => {} };
const generation = createGenerationMachine(scriptedAdapter<string, string>({ now: () => 0, script }).adapter);
const client = createClientMachine({
  name: 'pictures',
  generation,
  toItems: () => [],
  store: memoryStore(),
  renewBeforeMs: 0,
});

/** Every name and text in a chart. Composed guards are functions, which hold what they are composed of. */
function textsIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return [];
  seen.add(value);
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member, seen)]);
}

const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof logic === 'object' && logic !== null && 'implementations' in logic;

const charts = [
  { chart: 'generation', machine: generation, besides: [] },
  // Spawned by the actions, as many as there are generations.
  { chart: 'client', machine: client, besides: ['run', 'renewal'] },
  { chart: 'run', machine: client.implementations.actors['run'], besides: [] },
];

describe('the names of a chart', () => {
  it.each(charts)('are all used in it: $chart', ({ machine, besides }) => {
    if (!isMachine(machine)) throw new TypeError('There is no such machine.');
    const { meta: _, ...chart } = machine.config;
    const used = new Set(textsIn(chart));
    const { actors, actions, guards, delays } = machine.implementations;
    const given = [actors, actions, guards, delays].flatMap(Object.keys);
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter(name => !used.has(name))).toEqual(besides);
  });
});
