// What was built listens on all addresses, unless it is told otherwise, and takes itself for https.
process.env.HOST ??= '127.0.0.1';
process.env.ORIGIN ??= `http://localhost:${process.env.PORT ?? 3000}`;

await import('./build/index.js');
