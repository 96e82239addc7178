type EndedBarProps = { readonly count: number; readonly onDismiss: () => void };

/** Takes everything off the gallery that has brought no result, once there are some. */
export function EndedBar({ count, onDismiss }: EndedBarProps) {
  if (count < 2) return null;
  return (
    <button type="button" className="button quiet" onClick={onDismiss}>
      Dismiss {count} without a result
    </button>
  );
}
