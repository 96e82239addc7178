import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Width over height of a tile. */
    '--ratio'?: number | undefined;
    /** The progress of a generation, 0..1. */
    '--progress'?: number | undefined;
    /** The remaining part of a delay, 0..1. */
    '--left'?: number | undefined;
  }
}
