import type { CatalogImage } from './image.ts'
import { baseFiles, debianFiles, DEFAULT_PATH, directory, file, program } from './userland.ts'

export const httpd: CatalogImage = {
  repositories: ['docker.io/library/httpd'],
  newest: '2.4.65',
  contents: (tag, version) => ({
    size: tag.includes('alpine') ? 23_411_221 : 58_230_112,
    config: {
      cmd: ['httpd-foreground'],
      workingDir: '/usr/local/apache2',
      exposedPorts: ['80/tcp'],
      stopSignal: 'SIGWINCH',
      env: [
        'PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'HTTPD_PREFIX=/usr/local/apache2',
        `HTTPD_VERSION=${version}`,
      ],
    },
    files: [
      ...baseFiles(tag),
      program('/usr/local/bin/httpd-foreground', 'httpd'),
      program('/usr/local/apache2/bin/httpd', 'httpd'),
      file(
        '/usr/local/apache2/conf/httpd.conf',
        'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "/usr/local/apache2/htdocs"\n',
      ),
      file('/usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n'),
      directory('/usr/local/apache2/logs'),
    ],
  }),
}

export const tomcat: CatalogImage = {
  repositories: ['docker.io/library/tomcat'],
  newest: '11.0.14',
  contents: (_tag, version) => ({
    size: 196_240_872,
    config: {
      cmd: ['catalina.sh', 'run'],
      workingDir: '/usr/local/tomcat',
      exposedPorts: ['8080/tcp'],
      env: [
        'PATH=/usr/local/tomcat/bin:/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'CATALINA_HOME=/usr/local/tomcat',
        'JAVA_HOME=/opt/java/openjdk',
        `TOMCAT_VERSION=${version}`,
      ],
    },
    files: [
      ...debianFiles([], ['curl']),
      program('/usr/local/tomcat/bin/catalina.sh', 'catalina'),
      directory('/usr/local/tomcat/webapps'),
      file(
        '/usr/local/tomcat/webapps.dist/ROOT/index.html',
        "<html><body><h1>Apache Tomcat</h1><p>If you're seeing this, you've successfully installed Tomcat. Congratulations!</p></body></html>\n",
      ),
      directory('/usr/local/tomcat/logs'),
    ],
  }),
}

const HELLO = `
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

To try something more ambitious, you can run an Ubuntu container with:
 $ docker run -it ubuntu bash

Share images, automate workflows, and more with a free Docker ID:
 https://hub.docker.com/

For more examples and ideas, visit:
 https://docs.docker.com/get-started/

`

export const helloWorld: CatalogImage = {
  repositories: ['docker.io/library/hello-world'],
  newest: '1.0',
  tags: ['linux'],
  contents: () => ({
    size: 13_256,
    config: { cmd: ['/hello'], env: [DEFAULT_PATH], workingDir: '/' },
    files: [program('/hello', 'hello'), file('/hello.txt', HELLO)],
  }),
}
