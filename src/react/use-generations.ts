import { useSelector } from '@xstate/react';
import { useState } from 'react';
import type { Observer, Subscribable } from 'xstate';
import type { GenerationClient } from '../machines/client/client.types.js';
import type { UseGenerationsResult } from './use-generations.types.js';
import { useHydrated } from './use-hydrated.js';

/** What React subscribes to; for a client, in the form that `useSelector` takes. */
type Shown<TResult> = Pick<Subscribable<TResult>, 'subscribe'> & { readonly getSnapshot: () => TResult };

type ShownClient<TInput, TOutput, TItem> = {
  readonly client: GenerationClient<TInput, TOutput, TItem>;
  readonly live: Shown<UseGenerationsResult<TInput, TOutput, TItem>>;
  /** What a server renders, and what a page hydrates from, however far its client is. */
  readonly idle: Shown<UseGenerationsResult<TInput, TOutput, TItem>>;
};

function show<TInput, TOutput, TItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
): ShownClient<TInput, TOutput, TItem> {
  type Result = UseGenerationsResult<TInput, TOutput, TItem>;
  const { send, generate } = client;
  const commands = {
    send,
    generate,
    cancel: (id: string) => send({ type: 'CANCEL', id }),
    check: (id: string) => send({ type: 'CHECK', id }),
    retry: (id: string) => send({ type: 'RETRY', id }),
    resume: (id: string) => send({ type: 'RESUME', id }),
    dismiss: (id: string) => send({ type: 'DISMISS', id }),
    remove: (id: string) => send({ type: 'REMOVE', id }),
    clear: () => send({ type: 'CLEAR' }),
  };
  const toResult = (view: ReturnType<typeof client.getServerSnapshot>): Result =>
    Object.freeze({ ...view, ...commands });
  const idle = toResult(client.getServerSnapshot());
  let viewed = client.getServerSnapshot();
  let result = idle;
  const getSnapshot = () => {
    const view = client.getSnapshot();
    if (view !== viewed) {
      viewed = view;
      result = toResult(view);
    }
    return result;
  };
  return {
    client,
    live: {
      getSnapshot,
      subscribe(observer: Partial<Observer<Result>> | ((result: Result) => void)) {
        const listen = () => (typeof observer === 'function' ? observer : observer.next)?.(getSnapshot());
        const unsubscribe = client.subscribe(listen);
        // React before 19.3 looks again after a first subscription, but not after one that comes back.
        listen();
        return { unsubscribe };
      },
    },
    idle: { getSnapshot: () => idle, subscribe: () => ({ unsubscribe() {} }) },
  };
}

const identity = (result: unknown): unknown => result;

/**
 * A client in a component: its generations, its gallery, and what may be done with them. All components share the client,
 * which goes on when they have gone. Nothing is submitted by rendering. A server renders the client empty and not ready, and
 * so does the page while it hydrates.
 *
 * With a selector the component renders again only when what it selects is another value. Members of the view stay the
 * same objects while nothing of them changes; for a selector that makes a new object, bring an `isEqual`.
 *
 * @param client made once, at module scope
 * @example
 * const pictures = createGenerationClient({ name: 'pictures', generation: machine, toItems, store });
 *
 * function Gallery() {
 *   const { items, generate } = useGenerations(pictures);
 *   return (
 *     <>
 *       <button onClick={() => generate({ prompt: 'a lighthouse' })}>Generate</button>
 *       {items.map(({ id, url }) => <img key={id} src={url} alt="" />)}
 *     </>
 *   );
 * }
 * function Bar({ id }: { id: string }) {
 *   const progress = useGenerations(pictures, view => view.generations.find(one => one.id === id)?.progress);
 *   return <progress value={progress ?? 0} />;
 * }
 */
export function useGenerations<TInput, TOutput, TItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
): UseGenerationsResult<TInput, TOutput, TItem>;
export function useGenerations<TInput, TOutput, TItem, TSelected>(
  client: GenerationClient<TInput, TOutput, TItem>,
  selector: (view: UseGenerationsResult<TInput, TOutput, TItem>) => TSelected,
  isEqual?: (one: TSelected, other: TSelected) => boolean,
): TSelected;
export function useGenerations<TInput, TOutput, TItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
  selector: (view: UseGenerationsResult<TInput, TOutput, TItem>) => unknown = identity,
  isEqual?: (one: unknown, other: unknown) => boolean,
): unknown {
  const [kept, keep] = useState(() => show(client));
  let shown = kept;
  if (shown.client !== client) {
    shown = show(client);
    keep(shown);
  }
  return useSelector(useHydrated() ? shown.live : shown.idle, selector, isEqual);
}
