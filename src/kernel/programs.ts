import { etcd } from './etcd/etcd.ts'
import { etcdutl } from './etcd/etcdutl.ts'
import { consoleDaemon } from './host/console.ts'
import type { Programs } from './host/program.ts'
import { init } from './host/systemd/init.ts'
import { journalctl } from './host/systemd/journalctl.ts'
import { systemctl } from './host/systemd/systemctl.ts'
import { runtimePrograms } from './runtime/programs.ts'
import { etcdctl } from './tools/etcdctl/etcdctl.ts'

/** Every program there is, by the name its executable carries. Adding one is a line here. */
export const programs: Programs = {
  init,
  systemctl,
  journalctl,
  console: consoleDaemon,
  etcd,
  etcdctl,
  etcdutl,
  ...runtimePrograms,
}
