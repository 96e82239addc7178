import { describe, expect, it } from 'vitest';
import { withFileIds } from '../../src/react/drop-in/file-ids.js';
import { clientBench, done } from '../support/client-bench.js';

describe('the ids of a drop-in', () => {
  it('M8: are those of the files, unique, and say which item is removed', async () => {
    const bench = clientBench({ script: { submit: call => call.answer({ job: { id: 'file-1' } }) } });
    const page = await bench.open();
    const client = withFileIds(page.client);
    const added: string[] = [];
    client.on('item.added', ({ item }) => added.push(item.id));
    const shown = () => client.getSnapshot().items.map(({ id }) => id);
    bench.finish('file-1', done('file-1', 2));
    await page.generate('a');
    await bench.advance(5_000);
    expect(shown()).toEqual(['file-1', 'file-1/1']);
    await page.generate('b');
    await bench.advance(5_000);
    expect(shown()).toEqual(['b/0', 'b/1', 'file-1', 'file-1/1']);
    expect(client.getSnapshot()).toBe(client.getSnapshot());
    expect(added).toEqual(['file-1', 'file-1/1', 'b/0', 'b/1']);

    client.send({ type: 'REMOVE', id: 'file-1' });
    client.send({ type: 'REMOVE', id: 'b/1' });
    await bench.advance(1_000);
    expect(page.items()).toEqual(['b/0', 'a/1']);
    expect(shown()).toEqual(['file-1', 'file-1/1']);
  });
});
