import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryJobs } from 'generation-lifecycle/server';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { testJobStore } from 'generation-lifecycle/testing';
import { describe, it, onTestFinished } from 'vitest';

describe('memoryJobs', () => {
  testJobStore(
    async () => {
      const store = memoryJobs();
      return [store, store];
    },
    { it },
  );
});

describe('sqliteJobs', () => {
  testJobStore(
    async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const open = () => sqliteJobs({ url: `file:${folder}/jobs.db`, watchMs: 10 });
      return [open(), open()];
    },
    { it },
  );
});
