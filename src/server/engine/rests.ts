/** Waits that may be ended all at once. */
export function createRests() {
  const endings = new Set<() => void>();
  return {
    rest: (ms: number): Promise<void> =>
      new Promise(resolve => {
        const end = () => {
          clearTimeout(timer);
          endings.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        endings.add(end);
      }),
    endAll(): void {
      for (const end of [...endings]) end();
    },
  };
}
