/** Waits for work, and no longer than this. @throws what the work throws within the time */
export async function atMost(patienceMs: number, work: Promise<unknown> | undefined): Promise<void> {
  if (!work) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>(resolve => {
    timer = setTimeout(resolve, patienceMs);
  });
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
