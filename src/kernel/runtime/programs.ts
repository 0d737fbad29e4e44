import type { Programs } from '../host/program.ts'
import { containerd } from './containerd.ts'
import { containerdShim } from './shim.ts'
import { busyboxNslookup } from './software/busybox-nslookup.ts'
import { busyboxPing } from './software/busybox-ping.ts'
import { busyboxWget } from './software/busybox-wget.ts'
import { mysqld, mysqlEntrypoint, postgres, postgresEntrypoint } from './software/databases.ts'
import { redisEntrypoint } from './software/entrypoint.ts'
import { nginx, nginxEntrypoint } from './software/nginx.ts'
import { pause } from './software/pause.ts'
import { redisCli, redisServer } from './software/redis.ts'
import { mysqlClient, psql } from './software/sql-clients.ts'
import { agnhost, hello, imageService, interpreter, stress, stressHog } from './software/test-images.ts'
import { catalina, httpd } from './software/web-server.ts'

/** What the container runtime is made of, and the software in images. */
export const runtimePrograms: Programs = {
  containerd,
  'containerd-shim-runc-v2': containerdShim,
  pause,
  'busybox-nslookup': busyboxNslookup,
  'busybox-ping': busyboxPing,
  'busybox-wget': busyboxWget,
  nginx,
  'nginx-entrypoint': nginxEntrypoint,
  httpd,
  catalina,
  'redis-server': redisServer,
  'redis-cli': redisCli,
  'redis-entrypoint': redisEntrypoint,
  mysqld,
  mysql: mysqlClient,
  'mysql-entrypoint': mysqlEntrypoint,
  postgres,
  psql,
  'postgres-entrypoint': postgresEntrypoint,
  hello,
  agnhost,
  stress,
  'stress-hog': stressHog,
  'image-service': imageService,
  interpreter,
}
