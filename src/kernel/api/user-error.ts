/** What a user caused; the message is upstream's text. Whoever talks to the user catches it; what we caused ourselves is a plain Error. */
export class UserError extends Error {
  override readonly name: string = 'UserError'
}
