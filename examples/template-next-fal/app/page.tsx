import { connection } from 'next/server';
import { Painter } from '@/app/painter';
import { isDouble } from '@/lib/image';

export default async function Page() {
  // Whether there is a key is known where the app runs, and not where it is built.
  await connection();
  return <Painter isDouble={isDouble} />;
}
