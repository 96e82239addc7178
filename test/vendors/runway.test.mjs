// Runway's own client takes the double for Runway.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import RunwayML, { TaskFailedError } from '@runwayml/sdk';
import { runwayDouble, vendorScenarios } from '../../dist/testing/vendors/index.js';

const input = /** @type {const} */ ({ model: 'gen4.5', promptText: 'a lighthouse', ratio: '1280:720', duration: 5 });

/** @param {import('../../dist/testing/vendors/index.js').VendorScenario} scenario */
function connect(scenario) {
  const double = runwayDouble({ scenario, key: 'key_secret' });
  const runway = new RunwayML({ apiKey: 'key_secret', fetch: double.fetch, maxRetries: 0 });
  return { double, runway };
}

const clock = () => mock.timers.enable({ apis: ['setTimeout', 'Date'] });

/** Lets the client wait, and the double work. @param {Promise<unknown>} end */
async function pass(end) {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  end.then(over, over);
  while (!isOver) {
    await new Promise(resolve => setImmediate(resolve));
    mock.timers.tick(500);
  }
  return end;
}

describe("Runway's own client", () => {
  it('waits for the output of a task', async context => {
    clock();
    context.after(() => mock.timers.reset());
    const { double, runway } = connect(vendorScenarios.slowQueue);
    const task = await pass(runway.textToVideo.create(input).waitForTaskOutput());
    assert.equal(task.status, 'SUCCEEDED');
    assert.equal(task.output.length, 1);
    assert.equal(task.cost.credits, 25);
    assert.deepEqual([double.chargedCount, double.openCount], [1, 0]);
  });

  it('sees each status', async context => {
    clock();
    context.after(() => mock.timers.reset());
    const { runway } = connect({ queuedMs: 3_000, runningMs: 4_000 });
    const { id, estimatedCost } = await runway.imageToVideo.create({ ...input, promptImage: 'https://me.test/a.png' });
    assert.equal(estimatedCost.credits, 25);
    const seen = [];
    for (let read = 0; read < 5; read += 1) {
      const task = await runway.tasks.retrieve(id);
      seen.push('progress' in task ? `${task.status} ${task.progress}` : task.status);
      mock.timers.tick(2_000);
    }
    assert.deepEqual(seen, ['THROTTLED', 'PENDING', 'RUNNING 0.25', 'RUNNING 0.75', 'SUCCEEDED']);
  });

  it('throws for a task that fails, and for content that is refused', async context => {
    clock();
    context.after(() => mock.timers.reset());
    for (const [ends, code, credits] of /** @type {const} */ ([
      ['failed', 'INTERNAL.BAD_OUTPUT.CODE01', 0],
      ['moderated', 'SAFETY.INPUT.TEXT', 25],
    ])) {
      const { runway } = connect({ ends });
      await assert.rejects(pass(runway.textToVideo.create(input).waitForTaskOutput()), error => {
        assert.ok(error instanceof TaskFailedError);
        assert.equal(error.taskDetails.failureCode, code);
        assert.equal(error.taskDetails.cost.credits, credits);
        return true;
      });
    }
  });

  it('throws for each refusal of a submit', async () => {
    for (const [name, status] of Object.entries({
      unauthorized: 401,
      noCredit: 400,
      unknownModel: 404,
      badInput: 400,
      moderatedAtSubmit: 400,
      limitedSubmit: 429,
      brokenSubmit: 500,
    })) {
      const { runway, double } = connect(vendorScenarios[name]);
      await assert.rejects(runway.textToVideo.create(input), { status });
      assert.equal(double.chargedCount, 0);
    }
  });

  it('stops a task that waits, and one that runs, and deletes one that is over', async () => {
    for (const scenario of [{ queuedMs: 60_000 }, { queuedMs: 0, runningMs: 60_000 }, { queuedMs: 0, runningMs: 0 }]) {
      const { runway } = connect(scenario);
      const { id } = await runway.textToVideo.create(input);
      await runway.tasks.delete(id);
      await assert.rejects(runway.tasks.retrieve(id), { status: 404 });
    }
  });

  it('asks with the version of the API, without which nothing is answered', async () => {
    const { double } = connect({});
    const { status } = await double.fetch('https://api.dev.runwayml.com/v1/tasks/a', {
      headers: { authorization: 'Bearer key_secret' },
    });
    assert.equal(status, 400);
  });
});
