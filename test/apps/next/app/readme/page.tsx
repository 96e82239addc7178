// scripts/apps.mjs writes painter.tsx: it is the README's example.
import { Painter } from './painter';

export default function Page() {
  return <Painter />;
}
