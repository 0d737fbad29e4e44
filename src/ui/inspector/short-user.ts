/** A user's name without what every one of its kind has. */
export function shortUser(user: string): string {
  return user
    .replace(/^system:serviceaccount:[^:]+:/, '')
    .replace(/^system:node:/, 'kubelet ')
    .replace(/^system:/, '')
}
