import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { tabChannel } from '../../../src/adapters/stores/tab-channel.js';

let open: Set<BroadcastChannel>;
let opened: number;

beforeEach(() => {
  open = new Set();
  opened = 0;
  const Platform = BroadcastChannel;
  class Counted extends Platform {
    constructor(name: string) {
      super(name);
      opened += 1;
      open.add(this);
    }

    override close() {
      open.delete(this);
      super.close();
    }
  }
  vi.stubGlobal('BroadcastChannel', Counted);
  onTestFinished(() => {
    for (const channel of open) channel.close();
    vi.unstubAllGlobals();
  });
});

let count = 0;

/** Two tabs of an origin, and what the second one hears. */
function tabs() {
  count += 1;
  const name = `tab-channel-test-${count}`;
  const [one, other] = [tabChannel(name), tabChannel(name)];
  const heard: unknown[] = [];
  const leave = other.listen(change => heard.push(change));
  return { name, one, other, heard, leave };
}

describe('the channel between tabs', () => {
  it('is opened by no store that is only made', () => {
    tabChannel('unused');
    expect(opened).toBe(0);
  });

  it('reports a change and an erasure to another tab, and keeps nothing open for it', async () => {
    const { one, heard } = tabs();
    one.reportChange();
    one.reportChange('erased');
    expect(open.size).toBe(1);
    await expect.poll(() => heard).toEqual([undefined, 'erased']);
  });

  it('reports nothing to its own listeners, and goes on to hear others', async () => {
    const { one, other, heard } = tabs();
    const own: unknown[] = [];
    one.listen(change => own.push(change));
    one.reportChange();
    await expect.poll(() => heard).toHaveLength(1);
    other.reportChange('erased');
    await expect.poll(() => own).toEqual(['erased']);
    expect(open.size).toBe(2);
  });

  it('takes its own report for none, whoever sends it again', async () => {
    const { name, other, heard } = tabs();
    const third = new BroadcastChannel(name);
    const messages: unknown[] = [];
    third.onmessage = event => messages.push(Reflect.get(Object(event), 'data'));
    other.reportChange();
    other.reportChange('erased');
    await expect.poll(() => messages).toHaveLength(2);
    for (const message of messages) third.postMessage(message);
    tabChannel(name).reportChange('erased');
    await expect.poll(() => heard).toEqual(['erased']);
  });

  it('calls each listener once, also the same function twice, until it leaves', async () => {
    const { one, other, leave } = tabs();
    const listener = vi.fn();
    const leaves = [other.listen(listener), other.listen(listener)];
    expect(opened).toBe(1);
    one.reportChange();
    await expect.poll(() => listener.mock.calls.length).toBe(2);
    leaves[0]?.();
    one.reportChange();
    await expect.poll(() => listener.mock.calls.length).toBe(3);
    leaves[1]?.();
    expect(open.size).toBe(1);
    leave();
    expect(open.size).toBe(0);
    leave();
  });

  it('is opened again for a listener that comes after all have left', async () => {
    const { one, other, heard, leave } = tabs();
    leave();
    other.listen(change => heard.push(change));
    one.reportChange();
    await expect.poll(() => heard).toEqual([undefined]);
  });

  it('does nothing on a platform without BroadcastChannel', () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    const channel = tabChannel('none');
    const leave = channel.listen(() => expect.unreachable());
    channel.reportChange();
    leave();
  });
});
