import { createRecorder } from 'generation-lifecycle/devtools';
import { replayGeneration } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { accepted, input, modes, playedMachine, settle, shownPainter, succeeded } from '../support/painter.js';

describe.each(modes)('a recorder on useGeneration, in $mode', ({ Wrapper }) => {
  it('records each life of a generation, and each is replayed to where it ended', async () => {
    const recorder = createRecorder();
    const played = playedMachine();
    const options = { inspect: recorder.inspect };
    const painter = await shownPainter(Wrapper, { machine: played.machine, options });
    await settle(() => painter.now().generate(input));
    await painter.change({ isHidden: true });
    // Nobody is there, so the hook keeps the job from the chart, and goes on with it by another actor.
    await settle(() => played.submit().answer(accepted));
    await painter.change({ isHidden: false });
    await settle();
    await settle(() => played.stream().push(succeeded));
    expect(painter.now().status).toBe('completed');

    const logs = recorder.logs();
    expect(logs.map(({ to: { state, status } }) => [state, status])).toEqual([
      ['submitting', 'stopped'],
      ['completed', 'done'],
    ]);
    expect(new Set(logs.map(({ id }) => id)).size).toBe(1);
    for (const log of logs) {
      const replay = replayGeneration(JSON.parse(JSON.stringify(log)));
      expect(replay).toMatchObject({ difference: undefined, isFaithful: true });
    }
    expect(JSON.stringify(logs)).not.toContain(input.prompt);
  });
});
