export default function Page() {
  return <p>Each page shows one hook.</p>;
}
