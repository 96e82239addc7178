import { createRecorder } from 'generation-lifecycle/devtools';
import { replayGeneration } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { accepted, input, modes, playedMachine, settle, shownPainter, succeeded } from '../support/painter.js';

describe.each(modes)('a recorder on useGeneration, in $mode', ({ Wrapper }) => {
  it('records one generation over an unmount and a mount of its component, and replays it to its end', async () => {
    const recorder = createRecorder();
    const played = playedMachine();
    const options = { inspect: recorder.inspect };
    const painter = await shownPainter(Wrapper, { machine: played.machine, options });
    await settle(() => painter.now().generate(input));
    await painter.change({ isHidden: true });
    await settle(() => played.submit().answer(accepted));
    await painter.change({ isHidden: false });
    await settle();
    await settle(() => played.stream().push(succeeded));
    expect(painter.now().status).toBe('completed');

    const [log, ...others] = recorder.logs();
    expect(others).toEqual([]);
    expect(log).toMatchObject({ id: painter.now().id, to: { state: 'completed', status: 'done' } });
    const commands = log?.steps.map(({ event }) => event.type).filter(type => type === type.toUpperCase());
    expect(commands).toEqual(['GENERATE', 'DETACH', 'ATTACH']);
    const replay = replayGeneration(JSON.parse(JSON.stringify(log)));
    expect(replay).toMatchObject({ difference: undefined, isFaithful: true });
    expect(JSON.stringify(log)).not.toContain(input.prompt);
  });
});
