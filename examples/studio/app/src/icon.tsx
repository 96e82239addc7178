const paths = {
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8 5.5v13M16 5.5v13',
  download: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14',
  delete: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  close: 'm6 6 12 12M18 6 6 18',
  previous: 'm14.5 5.5-6.5 6.5 6.5 6.5',
  next: 'm9.5 5.5 6.5 6.5-6.5 6.5',
  enter: 'M19 6v5a3 3 0 0 1-3 3H5.5m4-4-4 4 4 4',
  tools: 'm8.5 7-5 5 5 5m7-10 5 5-5 5',
  film: 'M4 5.5h16v13H4zm6 3.75v5.5l4.5-2.75z',
} as const;

/** Decorative: the element around it has an accessible name. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
