import type { DurableGenerationServer } from 'generation-lifecycle/server';

/** The server half of an app. */
export declare const server: DurableGenerationServer;
