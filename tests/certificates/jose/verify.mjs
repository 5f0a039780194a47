// Judges signed texts as a stranger does, with jose: one question a line (JSON), one answer a line.
// It takes RS256 and the keys in the question, and nothing a token says of itself.
import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'

globalThis.crypto ??= webcrypto // Node 18 keeps it out of sight
const { createLocalJWKSet, jwtVerify } = await import('jose')

for await (const line of createInterface({ input: process.stdin })) {
  const { token, jwks, issuer, now } = JSON.parse(line)
  let said
  try {
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
      algorithms: ['RS256'], issuer, currentDate: new Date(now * 1000),
    })
    said = { holds: true, claims: payload, kid: protectedHeader.kid, why: '' }
  } catch (error) {
    said = { holds: false, why: error.code ?? error.name }
  }
  console.log(JSON.stringify(said))
}
