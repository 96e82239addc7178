import { DropIns } from './drop-ins';

export default function Page() {
  return <DropIns />;
}
