export function PastPage() {
  return <h1>Past rooms</h1>
}
