import { createGenerationMachine, type GenerationMachine, type JobUpdate, type Submission } from 'generation-lifecycle';
import { type UseGenerationOptions, type UseGenerationResult, useGeneration } from 'generation-lifecycle/react';
import { Activity, act, Fragment, type ReactNode, StrictMode, useEffect } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { assert, onTestFinished } from 'vitest';
import { type Script, scriptedAdapter } from './scripted-adapter.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

export type Input = { readonly prompt: string };
export type Output = { readonly url: string };
export type Painter = UseGenerationResult<Input, Output>;

export const input: Input = { prompt: 'a lighthouse' };
export const job = { id: 'job-1' };
export const output: Output = { url: 'https://files.test/1.png' };
export const succeeded: JobUpdate<Output> = { kind: 'succeeded', output };
export const accepted: Submission<Output> = { job };

/** Both ways React runs a component; StrictMode doubles effects only as the root element. */
export const modes = [
  { mode: 'StrictMode', Wrapper: StrictMode },
  { mode: 'no StrictMode', Wrapper: Fragment },
];

/** Lets the backend do something, and React and everything that waits for a promise go on. */
export const settle = (play: () => void = () => {}) =>
  act(async () => {
    play();
    await new Promise<void>(resolve => setTimeout(resolve));
  });

/** A machine whose backend is played by the test: streams, submits and cancels by hand, reads say `pending`. */
export function playedMachine() {
  const script: Script<Output> = {
    submit: () => {},
    read: call => call.answer({ kind: 'pending' }),
    events: () => {},
    cancel: () => {},
  };
  const scripted = scriptedAdapter<Input, Output>({ now: () => 0, script });
  const machine = createGenerationMachine(scripted.adapter, { policy: { minReadGapMs: 0 } });
  const latest = <TCall,>(calls: readonly TCall[]): TCall => {
    const call = calls.at(-1);
    assert(call !== undefined, 'The backend has not been called yet.');
    return call;
  };
  return {
    ...scripted,
    machine,
    script,
    submit: () => latest(scripted.submits),
    stream: () => latest(scripted.streams),
    cancelCall: () => latest(scripted.cancels),
    /** Streams and reads that nobody has stopped. */
    followerCount: () => [...scripted.streams, ...scripted.reads].filter(({ signal }) => !signal.aborted).length,
  };
}

export type PlayedMachine = ReturnType<typeof playedMachine>;

type PainterProps = {
  readonly machine: GenerationMachine<Input, Output>;
  readonly options?: UseGenerationOptions<Output> | undefined;
  readonly onRender: (painter: Painter) => void;
  readonly cancelsOnUnmount?: boolean | undefined;
  readonly startsOnMount?: boolean | undefined;
};

/** The component of these tests: it shows what it knows, as a page would. */
export function PainterPage({ machine, options, onRender, cancelsOnUnmount, startsOnMount }: PainterProps) {
  const painter = useGeneration(machine, options);
  onRender(painter);
  const { generate, cancel } = painter;
  useEffect(() => {
    if (startsOnMount) generate(input);
  }, [startsOnMount, generate]);
  useEffect(() => (cancelsOnUnmount ? cancel : undefined), [cancelsOnUnmount, cancel]);
  return (
    <p>
      {painter.id} {painter.status} {painter.progress}
    </p>
  );
}

/** What the callbacks were told, and the callbacks. */
export function listening() {
  const told: string[] = [];
  const options: UseGenerationOptions<Output> = {
    onSubmitted: ({ job }) => told.push(`submitted ${job.id}`),
    onCompleted: ({ output }) => told.push(`completed ${output.url}`),
    onFailed: ({ failure }) => told.push(`failed ${failure.code}`),
    onCancelled: ({ stopped }) => told.push(`cancelled ${stopped}`),
  };
  return { told, options };
}

/** A root in the page, unmounted when the test is over. */
export function testRoot() {
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  onTestFinished(async () => {
    await unmount(root);
    container.remove();
  });
  return { container, render: (node: ReactNode) => act(async () => root.render(node)), unmount: () => unmount(root) };
}

const unmount = (root: Root) => act(() => root.unmount());

type Shown = Omit<PainterProps, 'onRender'> & { readonly isHidden?: boolean | undefined };

/** A painter in a page, which may be hidden, shown again, given other props and unmounted. */
export async function shownPainter(Wrapper: typeof StrictMode, first: Shown) {
  const { container, render, unmount } = testRoot();
  const renders: Painter[] = [];
  let props = first;
  const change = (changed: Partial<Shown>) => {
    props = { ...props, ...changed };
    const { isHidden, ...rest } = props;
    return render(
      <Wrapper>
        <Activity mode={isHidden ? 'hidden' : 'visible'}>
          <PainterPage {...rest} onRender={painter => renders.push(painter)} />
        </Activity>
      </Wrapper>,
    );
  };
  await change({});
  /** As the component sees it now. */
  const now = (): Painter => {
    const painter = renders.at(-1);
    if (painter === undefined) throw new Error('Not rendered yet.');
    return painter;
  };
  return {
    change,
    unmount,
    renders,
    now,
    text: () => container.textContent,
    /** What a button of the page does, and all that follows at once. */
    press: (command: (painter: Painter) => void) => act(async () => command(now())),
  };
}
