/** Error numbers by name, with the words the C library prints for them (glibc: sysdeps/gnu/errlist). */
const words = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EINTR: 'Interrupted system call',
  EIO: 'Input/output error',
  E2BIG: 'Argument list too long',
  ENOEXEC: 'Exec format error',
  EBADF: 'Bad file descriptor',
  ECHILD: 'No child processes',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  EFBIG: 'File too large',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  EPIPE: 'Broken pipe',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENETUNREACH: 'Network is unreachable',
  ECONNRESET: 'Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  // Go's words for a name that nobody knows (net: errNoSuchHost).
  EAI_NONAME: 'No such host',
} as const

export type ErrorCode = keyof typeof words

/** A system call that failed. `message` is what `perror` would print, e.g. `No such file or directory`. */
export class Errno extends Error {
  readonly code: ErrorCode
  readonly path: string | undefined

  constructor(code: ErrorCode, path?: string) {
    super(words[code])
    this.code = code
    this.path = path
  }
}

/** The words for an error, lower case as Go prints them: `connection refused`. */
export const goWords = (error: unknown): string =>
  error instanceof Errno ? error.message.charAt(0).toLowerCase() + error.message.slice(1) : String(error)
