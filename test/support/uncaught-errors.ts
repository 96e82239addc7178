import { expect, onTestFinished, vi } from 'vitest';

/**
 * The messages of the errors that nothing catches from now on, which the test expects. In some browsers Vitest logs each of
 * them, since the page listens for errors by itself: the log is kept from the output, and holds nothing else.
 */
export function uncaughtErrors(): readonly string[] {
  const messages: string[] = [];
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  const report = (event: ErrorEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    messages.push(event.error.message);
  };
  window.addEventListener('error', report, { capture: true });
  onTestFinished(() => {
    window.removeEventListener('error', report, { capture: true });
    const lines = logged.mock.calls.flat().map(String);
    logged.mockRestore();
    expect(lines.filter(line => !messages.some(message => line.includes(message)))).toEqual([]);
  });
  return messages;
}
