export function HomePage() {
  return <h1>Rooms</h1>
}
