import type { GenerationMachine } from 'generation-lifecycle';
import { type UseGenerationOptions, type UseGenerationResult, useGeneration } from 'generation-lifecycle/react';
import { Activity, act, Fragment, type ReactNode, StrictMode, useEffect } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { onTestFinished } from 'vitest';
import { type Input, input, type Output } from './played-machine.js';

export {
  accepted,
  type Input,
  input,
  job,
  type Output,
  output,
  type PlayedMachine,
  playedMachine,
  recordCallbacks,
  succeeded,
} from './played-machine.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

export type Painter = UseGenerationResult<Input, Output>;

/** Both ways React runs a component; StrictMode doubles effects only as the root element. */
export const modes = [
  { mode: 'StrictMode', Wrapper: StrictMode },
  { mode: 'no StrictMode', Wrapper: Fragment },
];

/** Runs `play`, then lets React and all pending promises finish. */
export const settle = (play: () => void = () => {}) =>
  act(async () => {
    play();
    await new Promise<void>(resolve => setTimeout(resolve));
  });

type PainterProps = {
  readonly machine: GenerationMachine<Input, Output>;
  readonly options?: UseGenerationOptions<Output> | undefined;
  readonly onRender: (painter: Painter) => void;
  readonly cancelsOnUnmount?: boolean | undefined;
  readonly startsOnMount?: boolean | undefined;
};

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

/** Renders a painter. The test can hide it, show it again, change its props and unmount it. */
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
  /** The result of the last render. */
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
    /** Runs a command, and what follows from it at once. */
    press: (command: (painter: Painter) => void) => act(async () => command(now())),
  };
}
