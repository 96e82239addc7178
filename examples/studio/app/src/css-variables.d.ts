import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Width over height of a tile. */
    '--ratio'?: number | undefined;
    /** How far a picture is, 0..1. */
    '--progress'?: number | undefined;
    /** What is left of a delay, 0..1. */
    '--left'?: number | undefined;
  }
}
