const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

export function bytes(count: number): string {
  const step = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(count) / 10))
  const value = count / 1024 ** step
  return `${value < 10 && step > 0 ? Math.round(value * 10) / 10 : Math.round(value)} ${UNITS[step]}`
}

export const count = (n: number) => n.toLocaleString('en')
