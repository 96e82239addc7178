import type { S3Client } from '@aws-sdk/client-s3';
import type {
  GenerationAdapter,
  GenerationClient,
  GenerationMachine,
  GenerationStore,
  JobRef,
  JobUpdate,
  StoredGeneration,
} from 'generation-lifecycle';
import type { AiSdkVideoModel } from 'generation-lifecycle/adapters/ai-sdk';
import type { AdapterTestServer } from 'generation-lifecycle/testing';
import type { ExploredGraph, Monitor } from 'generation-lifecycle/testing/explore';
import type { ActorRefFrom, AnyStateMachine, SimulatedClock } from 'xstate';

/** What the examples of docstrings take for granted, because it is the reader's. */
export type Picture = { readonly id: string; readonly url: string };
export type Input = { readonly prompt: string };
type State = { readonly id: string; readonly url?: string; readonly [name: string]: string | undefined };
type Follows = Required<Pick<GenerationAdapter<Input, Picture>, 'events'>>;

export declare const s3: S3Client;
export declare const adapter: GenerationAdapter<Input, Picture> & Follows;
export declare const songBackend: (baseUrl: string) => GenerationAdapter<{ readonly lyrics: string }, Picture>;
export declare const server: AdapterTestServer;
export declare const videoModel: AiSdkVideoModel;
export declare const myAdapter: typeof adapter;
export declare const machine: GenerationMachine<Input, Picture>;
export declare const actor: ActorRefFrom<typeof machine>;
export declare const store: GenerationStore<Picture>;
export declare const pictures: GenerationClient<Input, Picture, Picture>;
export declare const clock: SimulatedClock;
export declare const signal: AbortSignal;
export declare const headers: () => HeadersInit;
export declare const session: { token(): Promise<string> };
export declare const response: Response;
export declare const userId: string;
export declare const id: string;
export declare const cause: unknown;
export declare const output: string;
export declare const jobs: readonly JobRef[];
export declare const job: JobRef;
export declare const token: string;
export declare const idempotencyKey: string;
export declare const base64: string;
export declare const file: Blob;
export declare const bar: HTMLProgressElement;
export declare const toItems: (output: Picture) => readonly { readonly url: string }[];
export declare const toUpdate: (state: unknown) => JobUpdate<Picture>;
export declare const show: (...what: readonly unknown[]) => void;
export declare const render: (view: unknown) => void;
export declare const send: (path: string, body: string) => void;
export declare const addToGallery: (picture: unknown) => void;
export declare const showTopUp: () => void;
export declare const touch: () => void;
export declare const getToken: () => Promise<string>;
export declare const toast: ((text: string) => void) & Record<'success' | 'error' | 'info', (text: string) => void>;
export declare const get: (path: string, init: object) => Promise<State>;
export declare const post: (path: string, body: unknown, init: object) => Promise<State>;
export declare const oldShapeOf: (generation: StoredGeneration) => object;
export declare const isOfVideo: (entry: unknown) => boolean;
export declare const toGeneration: (entry: unknown) => StoredGeneration | undefined;
export declare const events: readonly { readonly type: string }[];
export declare const myMonitor: Monitor<AnyStateMachine>;
export declare const paysOnce: Monitor<AnyStateMachine>;
export declare const monitors: readonly Monitor<AnyStateMachine>[];
export declare const graph: ExploredGraph<AnyStateMachine>;
