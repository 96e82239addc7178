/** A request of the page. With it comes a port for the answer. */
export type PageRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ArrayBuffer | undefined;
};

/** A part of an answer, on its port. An answer has a head, some chunks, and an end; or it is broken off. */
export type AnswerPart =
  | { readonly kind: 'head'; readonly status: number; readonly headers: readonly (readonly [string, string])[] }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end' }
  | { readonly kind: 'broken' };

/** All that the page says on that port: it does not want the rest. */
export const leave = 'leave';
