/** What a reader has installed. The package itself is in `test/vendors`, and its models are held to this type there. */
declare module '@ai-sdk/fal' {
  import type { AiSdkVideoModel } from 'generation-lifecycle/adapters/ai-sdk';

  type Fetch = (request: Request | string, init?: RequestInit) => Promise<Response>;
  type Provider = { video(model: string): AiSdkVideoModel };

  export const fal: Provider;
  export function createFal(options: { apiKey?: string; fetch?: Fetch }): Provider;
}
