import { type PoolOptions, type PoolWorker, ThreadsPoolWorker } from 'vitest/node';

type WorkerRequest = Parameters<PoolWorker['send']>[0];
type StartRequest = Extract<WorkerRequest, { type: 'start' }>;
type Listener = (message: unknown) => void;
type Listening = readonly [event: string, listener: Listener];

/** The thread that the mutants share, and what it is told about itself when it starts. */
type Thread = { readonly worker: ThreadsPoolWorker; isStarted: boolean };

let kept: Thread | undefined;
let isDiscarded = false;

/** The next mutant gets a new thread: this one is in a state that no mutant may find. */
export const discardThread = () => {
  isDiscarded = true;
};

/**
 * A thread that stays from mutant to mutant. A new one would load every module again, which takes many times as long as the
 * tests of a mutant. StrykerJS says which mutants act while a module is loaded, and those get a thread of their own.
 */
class KeptThread implements PoolWorker {
  readonly name = 'kept-thread';
  readonly #isOwn: boolean;
  readonly #options: PoolOptions;
  readonly #listening: Listening[] = [];
  #thread: Thread | undefined;
  #start: StartRequest | undefined;

  constructor(options: PoolOptions) {
    const { mode, mutantActivation } = options.project.getProvidedContext();
    this.#options = options;
    this.#isOwn = mode !== 'mutant' || mutantActivation === 'static';
  }

  async start() {
    if (isDiscarded) {
      await kept?.worker.stop();
      kept = undefined;
      isDiscarded = false;
    }
    const thread = (this.#isOwn ? undefined : kept) ?? {
      worker: new ThreadsPoolWorker(this.#options),
      isStarted: false,
    };
    if (!thread.isStarted) await thread.worker.start();
    if (!this.#isOwn) kept = thread;
    this.#thread = thread;
  }

  on(event: string, listener: Listener) {
    this.#listening.push([event, listener]);
    this.#worker.on(event, listener);
  }

  off(event: string, listener: Listener) {
    this.#worker.off(event, listener);
  }

  send(message: WorkerRequest) {
    if (message.type === 'start') {
      this.#start = message;
      if (this.#thread?.isStarted) return this.#answer('started');
      if (this.#thread) this.#thread.isStarted = true;
    }
    if (message.type === 'stop' && !this.#isOwn) return this.#answer('stopped');
    if (message.type === 'run' && this.#start) {
      // What a kept thread was told when it started is about an earlier mutant. Vitest takes these before that.
      const context = { ...message.context, config: this.#start.context.config };
      return this.#worker.send({ ...message, context });
    }
    this.#worker.send(message);
  }

  deserialize(message: unknown) {
    return message;
  }

  async stop() {
    if (this.#isOwn) return this.#worker.stop();
    for (const [event, listener] of this.#listening) this.#worker.off(event, listener);
  }

  get #worker() {
    if (!this.#thread) throw new Error('The thread of the tests has not been started.');
    return this.#thread.worker;
  }

  #answer(type: 'started' | 'stopped') {
    const message = { type, __vitest_worker_response__: true };
    const listeners = this.#listening.filter(([event]) => event === 'message');
    queueMicrotask(() => {
      for (const [, listener] of listeners) listener(message);
    });
  }
}

/** A pool of Vitest. */
export const keptThread = { name: 'kept-thread', createPoolWorker: (options: PoolOptions) => new KeptThread(options) };
