import { expect, test } from 'vitest'
import { forLogs, forNodePostgres, forPostgresJs } from './url.ts'

const url = 'postgres://me:s%40cret@db.example:6543/hub?sslmode=require&channel_binding=require'

test('parameters that the server would refuse are left out', () => {
  expect(forPostgresJs(url)).toBe('postgres://me:s%40cret@db.example:6543/hub?sslmode=require')
})

test('sslmode means for node-postgres what it means for everybody else', () => {
  expect(new URL(forNodePostgres(url)).searchParams.get('uselibpqcompat')).toBe('true')
  expect(forNodePostgres('postgres://h/d')).toBe('postgres://h/d')
})

test('logs get no secrets', () => {
  expect(forLogs(url)).toBe('db.example:6543/hub')
})
