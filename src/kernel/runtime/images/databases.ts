import type { CatalogImage, ImageContents } from './image.ts'
import { baseFiles, debianFiles, DEFAULT_PATH, directory, program } from './userland.ts'

export const redis: CatalogImage = {
  repositories: [
    'docker.io/library/redis',
    'docker.io/library/valkey',
    'docker.io/valkey/valkey',
    'docker.io/redis/redis-stack-server',
    'docker.io/bitnami/redis',
    'registry.k8s.io/redis',
    'k8s.gcr.io/redis',
  ],
  newest: '8.2.3',
  contents: (tag, version) => ({
    size: tag.includes('alpine') ? 17_221_533 : 52_361_006,
    config: {
      entrypoint: ['docker-entrypoint.sh'],
      cmd: ['redis-server'],
      env: [DEFAULT_PATH, `REDIS_VERSION=${version}`],
      exposedPorts: ['6379/tcp'],
      workingDir: '/data',
    },
    files: [
      ...baseFiles(tag, [{ name: 'redis', uid: 999 }]),
      directory('/data'),
      program('/usr/local/bin/docker-entrypoint.sh', 'redis-entrypoint'),
      program('/usr/local/bin/redis-server', 'redis-server'),
      program('/usr/local/bin/redis-cli', 'redis-cli'),
    ],
  }),
}

const mysqlContents =
  (name: 'mysqld' | 'mariadbd', size: number) =>
  (_tag: string, version: string): ImageContents => ({
    size,
    config: {
      entrypoint: ['docker-entrypoint.sh'],
      cmd: [name],
      env: [DEFAULT_PATH, `MYSQL_VERSION=${version}`],
      exposedPorts: ['3306/tcp', ...(name === 'mysqld' ? ['33060/tcp'] : [])],
    },
    files: [
      ...debianFiles([{ name: 'mysql', uid: 999 }]),
      directory('/var/lib/mysql'),
      program('/usr/local/bin/docker-entrypoint.sh', 'mysql-entrypoint'),
      program(`/usr/sbin/${name}`, 'mysqld'),
      ...['mysql', 'mysqladmin', 'mariadb', 'mariadb-admin'].map((client) =>
        program(`/usr/bin/${client}`, 'mysql'),
      ),
    ],
  })

export const mysql: CatalogImage = {
  repositories: ['docker.io/library/mysql'],
  newest: '9.5.0',
  tags: ['lts', 'innovation'],
  contents: mysqlContents('mysqld', 233_718_223),
}

export const mariadb: CatalogImage = {
  repositories: ['docker.io/library/mariadb'],
  newest: '12.0.2',
  tags: ['lts'],
  contents: mysqlContents('mariadbd', 121_312_664),
}

export const postgres: CatalogImage = {
  repositories: ['docker.io/library/postgres', 'docker.io/bitnami/postgresql'],
  newest: '18.1',
  contents: (tag, version) => ({
    size: tag.includes('alpine') ? 109_320_461 : 161_273_911,
    config: {
      entrypoint: ['docker-entrypoint.sh'],
      cmd: ['postgres'],
      exposedPorts: ['5432/tcp'],
      stopSignal: 'SIGINT',
      env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin',
        `PG_VERSION=${version}`,
        'PGDATA=/var/lib/postgresql/data',
      ],
    },
    files: [
      ...baseFiles(tag, [{ name: 'postgres', uid: 999 }]),
      directory('/var/lib/postgresql'),
      program('/usr/local/bin/docker-entrypoint.sh', 'postgres-entrypoint'),
      program('/usr/local/bin/postgres', 'postgres'),
      program('/usr/local/bin/psql', 'psql'),
      program('/usr/local/bin/pg_isready', 'psql'),
    ],
  }),
}
