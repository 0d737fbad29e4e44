import { DEFAULT_PATH, baseFiles, directory, file, program } from './userland.ts'
import type { CatalogImage } from './image.ts'

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`
const ERROR_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
</body>
</html>
`
const NGINX_CONF = `user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`
const defaultConf = (port: number) => `server {
    listen       ${port};
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`
const MIME_TYPES = `types {
    text/html html htm shtml;
    text/css css;
    text/plain txt;
    text/xml xml;
    application/json json;
    application/javascript js;
    image/png png;
    image/svg+xml svg svgz;
    image/jpeg jpeg jpg;
    image/gif gif;
}
`

const contents =
  (port: number, user: string): CatalogImage['contents'] =>
  (tag, version) => ({
    size: tag.includes('alpine') ? 20_534_117 : 72_099_410,
    config: {
      entrypoint: ['/docker-entrypoint.sh'],
      cmd: ['nginx', '-g', 'daemon off;'],
      env: [DEFAULT_PATH, `NGINX_VERSION=${version}`, 'PKG_RELEASE=1~bookworm', 'DYNPKG_RELEASE=1~bookworm'],
      exposedPorts: [`${port}/tcp`],
      stopSignal: 'SIGQUIT',
      user,
    },
    files: [
      ...baseFiles(tag, [{ name: 'nginx', uid: 101 }], ['curl']),
      program('/docker-entrypoint.sh', 'nginx-entrypoint'),
      program('/usr/sbin/nginx', 'nginx'),
      directory('/var/log/nginx'),
      directory('/run'),
      directory('/docker-entrypoint.d'),
      file('/etc/nginx/nginx.conf', NGINX_CONF),
      file('/etc/nginx/mime.types', MIME_TYPES),
      file('/etc/nginx/conf.d/default.conf', defaultConf(port)),
      file('/usr/share/nginx/html/index.html', WELCOME),
      file('/usr/share/nginx/html/50x.html', ERROR_PAGE),
    ],
  })

/** The web server, official and unprivileged. */
export const nginx: CatalogImage = {
  repositories: [
    'docker.io/library/nginx',
    'public.ecr.aws/nginx/nginx',
    'registry.k8s.io/nginx',
    'registry.k8s.io/nginx-slim',
    'k8s.gcr.io/nginx-slim',
    'gcr.io/google-containers/nginx',
  ],
  newest: '1.29.4',
  tags: ['stable', 'mainline', 'stable-alpine', 'mainline-alpine'],
  contents: contents(80, ''),
}

export const nginxUnprivileged: CatalogImage = {
  repositories: ['docker.io/nginxinc/nginx-unprivileged'],
  newest: '1.29.4',
  tags: ['stable', 'mainline'],
  contents: contents(8080, '101'),
}
