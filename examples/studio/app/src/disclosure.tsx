import { type ReactNode, useState } from 'react';

type DisclosureProps = {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
};

/** Renders its content only while it is open. */
export function Disclosure({ title, hint, children }: DisclosureProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="card disclosure" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <h2 className="disclosure-title">{title}</h2>
        {hint && <span className="disclosure-hint">{hint}</span>}
      </summary>
      {isOpen && <div className="disclosure-inside">{children}</div>}
    </details>
  );
}
