import { useSelector } from '@xstate/react';
import { useState } from 'react';
import type { Observer, Subscribable } from 'xstate';
import type { GenerationTool } from '../machines/client/client.types.js';
import type { UseGenerationToolResult } from './use-generations.types.js';
import { useHydrated } from './use-hydrated.js';

/** What React subscribes to; for a tool, in the form that `useSelector` takes. */
type Shown<TResult> = Pick<Subscribable<TResult>, 'subscribe'> & { readonly getSnapshot: () => TResult };

type ShownTool<TInput, TOutput, TItem> = {
  readonly tool: GenerationTool<TInput, TOutput, TItem>;
  readonly live: Shown<UseGenerationToolResult<TInput, TOutput, TItem>>;
  /** What a server renders, and what a page hydrates from, however far its tool is. */
  readonly idle: Shown<UseGenerationToolResult<TInput, TOutput, TItem>>;
};

function show<TInput, TOutput, TItem>(tool: GenerationTool<TInput, TOutput, TItem>): ShownTool<TInput, TOutput, TItem> {
  type Result = UseGenerationToolResult<TInput, TOutput, TItem>;
  const { send, generate } = tool;
  const commands = {
    send,
    generate,
    cancel: (id: string) => send({ type: 'CANCEL', id }),
    check: (id: string) => send({ type: 'CHECK', id }),
    retry: (id: string) => send({ type: 'RETRY', id }),
    follow: (id: string) => send({ type: 'FOLLOW', id }),
    dismiss: (id: string) => send({ type: 'DISMISS', id }),
    remove: (id: string) => send({ type: 'REMOVE', id }),
    clear: () => send({ type: 'CLEAR' }),
  };
  const toResult = (view: typeof tool.idleView): Result => Object.freeze({ ...view, ...commands });
  const idle = toResult(tool.idleView);
  let viewed = tool.idleView;
  let result = idle;
  const getSnapshot = () => {
    const view = tool.getView();
    if (view !== viewed) {
      viewed = view;
      result = toResult(view);
    }
    return result;
  };
  return {
    tool,
    live: {
      getSnapshot,
      subscribe(observer: Partial<Observer<Result>> | ((result: Result) => void)) {
        const listen = () => (typeof observer === 'function' ? observer : observer.next)?.(getSnapshot());
        const unsubscribe = tool.subscribe(listen);
        // React before 19.3 looks again after a first subscription, but not after one that comes back.
        listen();
        return { unsubscribe };
      },
    },
    idle: { getSnapshot: () => idle, subscribe: () => ({ unsubscribe() {} }) },
  };
}

const asItIs = (result: unknown): unknown => result;

/**
 * A tool in a component: its generations, its gallery, and what may be done with them. All components share the tool,
 * which goes on when they have gone. Nothing is submitted by rendering. A server renders the tool empty and not ready, and
 * so does the page while it hydrates.
 *
 * With a selector the component renders again only when what it selects is another value. Members of the view stay the
 * same objects while nothing of them changes; for a selector that makes a new object, bring an `isEqual`.
 *
 * @param tool made once, at module scope
 * @example
 * const pictures = createGenerationTool({ name: 'pictures', generation: machine, toItems, store });
 *
 * function Gallery() {
 *   const { items, generate } = useGenerationTool(pictures);
 *   return (
 *     <>
 *       <button onClick={() => generate({ prompt: 'a lighthouse' })}>Generate</button>
 *       {items.map(({ id, url }) => <img key={id} src={url} alt="" />)}
 *     </>
 *   );
 * }
 * function Bar({ id }: { id: string }) {
 *   const progress = useGenerationTool(pictures, view => view.generations.find(one => one.id === id)?.progress);
 *   return <progress value={progress ?? 0} />;
 * }
 */
export function useGenerationTool<TInput, TOutput, TItem>(
  tool: GenerationTool<TInput, TOutput, TItem>,
): UseGenerationToolResult<TInput, TOutput, TItem>;
export function useGenerationTool<TInput, TOutput, TItem, TSelected>(
  tool: GenerationTool<TInput, TOutput, TItem>,
  selector: (view: UseGenerationToolResult<TInput, TOutput, TItem>) => TSelected,
  isEqual?: (one: TSelected, other: TSelected) => boolean,
): TSelected;
export function useGenerationTool<TInput, TOutput, TItem>(
  tool: GenerationTool<TInput, TOutput, TItem>,
  selector: (view: UseGenerationToolResult<TInput, TOutput, TItem>) => unknown = asItIs,
  isEqual?: (one: unknown, other: unknown) => boolean,
): unknown {
  const [kept, keep] = useState(() => show(tool));
  let shown = kept;
  if (shown.tool !== tool) {
    shown = show(tool);
    keep(shown);
  }
  return useSelector(useHydrated() ? shown.live : shown.idle, selector, isEqual);
}
