// For `node --require`: every logger of pino writes all that it is given, however little it was asked to.
const pino = require('pino')

const { pino: make } = pino
const loud = (options, ...rest) => make({ ...options, level: 'trace' }, ...rest)
module.exports = Object.assign(pino, { pino: Object.assign(loud, make) })
