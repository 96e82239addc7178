/**
 * The values of what an adapter gives to be followed. Where a `ReadableStream` is no async iterable, as in Safari before 26.4
 * (https://bugs.webkit.org/show_bug.cgi?id=194379), it is read by its reader.
 */
export function valuesOf<T>(given: AsyncIterable<T> | undefined): AsyncIterable<T> | Iterable<T> {
  if (!given) return [];
  const isIterable = Reflect.get(given, Symbol.asyncIterator) !== undefined;
  return !isIterable && isStream<T>(given) ? readInTurn(given.getReader()) : given;
}

const isStream = <T>(given: object): given is ReadableStream<T> =>
  typeof Reflect.get(given, 'getReader') === 'function';

async function* readInTurn<T>(reader: ReadableStreamDefaultReader<T>): AsyncGenerator<T, void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // As the platform's own iteration does: whoever goes away early has no use for the rest.
    reader.cancel().catch(() => undefined);
  }
}
