import type { Scene } from './twins.ts'

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: front}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        ports: [{containerPort: 80, name: http}]
        env:
        - {name: COLOUR, value: blue}
        - name: POD
          valueFrom: {fieldRef: {fieldPath: metadata.name}}
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
`

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: box
  labels: {app: box}
  annotations: {note: hello}
spec:
  containers:
  - name: box
    image: busybox:1.36
    command: [sh, -c, 'echo started; echo trouble >&2; sleep 3600']
  - name: side
    image: busybox:1.36
    command: [sh, -c, 'for i in 1 2 3; do echo line $i; done; sleep 3600']
`

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: {name: conf, labels: {app: conf}}
data: {a: "1", b: two}
`

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
`

const BATCH = `apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: once, image: 'busybox:1.36', command: [echo, done]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: often}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers: [{name: often, image: 'busybox:1.36', command: [date]}]
`

const KINDS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ing, annotations: {a: b}}
spec:
  ingressClassName: nginx
  tls: [{hosts: [a.com, b.com], secretName: cert}, {hosts: [c.com]}]
  rules:
  - host: a.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /x, pathType: Exact, backend: {service: {name: nosuch, port: {name: http}}}}
      - {path: /r, pathType: Prefix, backend: {resource: {apiGroup: k8s.example.com, kind: Bucket, name: icons}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: plain}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets:
- addresses: [{ip: 9.9.9.1}, {ip: 9.9.9.2}]
  notReadyAddresses: [{ip: 9.9.9.3}]
  ports: [{port: 8080, name: http}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: np}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
      namespaceSelector: {}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16]}
    ports: [{port: 5432, protocol: TCP}, {port: 32000, endPort: 32768, protocol: UDP}]
  - {}
  egress:
  - to: [{namespaceSelector: {matchExpressions: [{key: a, operator: In, values: [x, z]}]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: lr}
spec:
  limits:
  - type: Container
    min: {cpu: 10m, memory: 8Mi}
    max: {cpu: "2", memory: 2Gi}
    default: {cpu: 500m}
    defaultRequest: {cpu: 100m}
    maxLimitRequestRatio: {memory: "4"}
  - {type: Pod, max: {cpu: "4"}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: rq}
spec: {hard: {pods: "30", requests.cpu: "20", configmaps: "10"}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: hpa}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nosuch}
  minReplicas: 2
  maxReplicas: 5
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 100Mi}}}
  - {type: Pods, pods: {metric: {name: qps}, target: {type: AverageValue, averageValue: 1k}}}
  - {type: Object, object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: web}, target: {type: Value, value: 10k}}}
  - {type: External, external: {metric: {name: queue}, target: {type: AverageValue, averageValue: "30"}}}
  behavior:
    scaleDown: {stabilizationWindowSeconds: 60, policies: [{type: Pods, value: 1, periodSeconds: 30}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: claim}
spec: {accessModes: [ReadWriteOnce], storageClassName: nosuch, resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: sts}
spec:
  serviceName: web
  replicas: 0
  selector: {matchLabels: {app: sts}}
  template: {metadata: {labels: {app: sts}}, spec: {containers: [{name: c, image: 'nginx:1.27'}]}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ds}
spec:
  selector: {matchLabels: {app: ds}}
  template:
    metadata: {labels: {app: ds}}
    spec: {nodeSelector: {none: here}, containers: [{name: c, image: 'nginx:1.27'}]}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: rc}
spec:
  replicas: 0
  selector: {app: rc}
  template: {metadata: {labels: {app: rc}}, spec: {containers: [{name: c, image: 'nginx:1.27'}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: opaque}
stringData: {password: hunter2}
`

const CLUSTER_KINDS = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: NAME}
spec: {controller: example.com/ingress, parameters: {apiGroup: k8s.example.com, kind: Parameters, name: external}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec:
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  storageClassName: slow
  hostPath: {path: /data}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: NAME}
provisioner: example.com/disk
parameters: {type: fast}
mountOptions: [ro]
allowVolumeExpansion: true
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: NAME}
value: 10
description: ten
`

/** Both are asked the same; whoever adds a line adds a test. */
export const scenes: readonly Scene[] = [
  {
    name: 'about',
    lines: [
      'kubectl version -o json | grep -c gitVersion',
      'kubectl api-versions',
      'kubectl api-resources',
      'kubectl api-resources -o wide',
      'kubectl api-resources -o name',
      'kubectl api-resources --namespaced=false',
      'kubectl api-resources --api-group=apps',
      'kubectl api-resources --api-group=batch --no-headers',
      'kubectl api-resources --verbs=list,watch --sort-by=kind',
      'kubectl api-resources --categories=all',
      'kubectl api-resources --sort-by=bad',
      'kubectl api-resources extra',
      'kubectl cluster-info | sed "s/http[^ ]*/URL/"',
      'kubectl options | head -3',
      'kubectl get --raw /version | grep major',
      'kubectl get --raw /healthz',
      'kubectl get --raw /api',
      'kubectl get --raw /nosuch',
      'kubectl get --raw /api/v1/namespaces/default | cut -c1-80',
      'kubectl auth can-i create pods',
      'kubectl auth can-i "*" "*" --all-namespaces',
      'kubectl auth can-i list pods --as=nobody',
      'kubectl auth can-i create pods/exec',
      'kubectl auth can-i get /logs',
      'kubectl auth can-i',
      'kubectl auth can-i bad nosuch',
      'kubectl completion nosuch',
      'kubectl plugin list',
      'kubectl nosuch',
      'kubectl --nosuch',
      'kubectl get --nosuch',
      'kubectl get',
      'kubectl gett pods',
      'kubectl get pods -o nosuch',
      'kubectl get nodes --output',
      'kubectl -n',
      'kubectl get pods --request-timeout=bad',
      'kubectl --server=http://127.0.0.1:9 get pods',
      'kubectl --context=nosuch get pods',
      'kubectl --kubeconfig=nosuch config view',
      'kubectl --cluster=nosuch get pods',
      'kubectl --user=nosuch get pods',
    ],
  },
  {
    name: 'nodes',
    lines: [
      'kubectl get nodes',
      'kubectl get no --no-headers',
      'kubectl get nodes -o name',
      'kubectl get nodes -o wide',
      'kubectl get node $NODE --show-labels',
      'kubectl get nodes -L kubernetes.io/os,kubernetes.io/arch',
      'kubectl get nodes -l node-role.kubernetes.io/control-plane',
      "kubectl get nodes -l '!node-role.kubernetes.io/control-plane' -o name",
      "kubectl get nodes -l 'kubernetes.io/os in (linux,windows)' -o name",
      'kubectl get nodes -l "bad selector here"',
      'kubectl get nodes --sort-by=.metadata.name -o name',
      'kubectl get nodes --sort-by="{.status.capacity.cpu}" -o name',
      "kubectl get nodes -o jsonpath='{.items[*].metadata.name}'",
      'kubectl get nodes -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.status.capacity.cpu}{"\\n"}{end}\'',
      'kubectl get nodes -o jsonpath=\'{.items[?(@.metadata.name=="control-plane")].spec.podCIDR}\'',
      'kubectl get nodes -o jsonpath=\'{.items[0].status.conditions[?(@.type=="Ready")].status}\'',
      "kubectl get nodes -o jsonpath='{.bad['",
      "kubectl get ns kube-public -o jsonpath='{.spec.finalizers[9]}'",
      'kubectl get nodes -o go-template=\'{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}\'',
      "kubectl get nodes -o go-template='{{.bad'",
      "kubectl get nodes -o go-template='{{range $i, $n := .items}}{{$i}} {{len .status.conditions}} {{end}}'",
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.capacity.cpu',
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,NO:.spec.nothing --no-headers',
      'kubectl get nodes -o custom-columns=bad',
      'kubectl get node nosuch',
      'kubectl get node nosuch --ignore-not-found',
      'kubectl get node/control-plane node/nosuch',
      'kubectl get node control-plane nosuch',
      'kubectl get nodes/control-plane pods/x svc',
      'kubectl describe node control-plane | sed -n "1,25p"',
      'kubectl describe node nosuch',
      'kubectl label node $NODE disk=ssd',
      'kubectl label node $NODE disk=ssd',
      'kubectl label node $NODE disk=hdd',
      'kubectl label --overwrite node $NODE disk=hdd',
      'kubectl label node $NODE --list | sort',
      'kubectl label node $NODE disk-',
      'kubectl label node $NODE disk-',
      'kubectl label node $NODE',
      'kubectl label node $NODE "bad key=1"',
      'kubectl annotate node $NODE note="hello world"',
      'kubectl annotate node $NODE note-',
      'kubectl taint node $NODE a=b:NoSchedule',
      'kubectl taint node $NODE a=b:NoSchedule',
      'kubectl taint node $NODE a=c:NoSchedule --overwrite',
      'kubectl taint node $NODE a:NoSchedule-',
      'kubectl taint node $NODE a-',
      'kubectl taint node $NODE a=b:Nonsense',
      'kubectl taint node $NODE a=b:PreferNoSchedule c=d:NoExecute --dry-run=server',
      'kubectl taint node $NODE',
      'kubectl cordon $NODE',
      'kubectl cordon $NODE',
      'kubectl get node $NODE',
      'kubectl uncordon $NODE',
      'kubectl uncordon $NODE',
      'kubectl cordon nosuch',
      'kubectl cordon',
      'kubectl drain $NODE --dry-run=client --ignore-daemonsets --pod-selector=app=nosuch',
      'kubectl drain nosuch',
      'kubectl drain',
      'kubectl top node',
      'kubectl delete node nosuch',
    ],
  },
  {
    name: 'creating',
    lines: [
      'kubectl create deployment d --image=nginx:1.27 --replicas=0 --port=80',
      'kubectl create deployment d --image=nginx:1.27',
      'kubectl create deployment e --image=nginx:1.27 --image=redis:7 --dry-run=client -o yaml',
      'kubectl create deployment e --image=nginx --dry-run=server -o name',
      'kubectl create deployment e --image=nginx --dry-run=client -o jsonpath={.spec}',
      'kubectl create deployment f --image=busybox -r 0 -- sh -c "sleep 1"',
      'kubectl create deployment',
      'kubectl create deployment g',
      'kubectl create deployment Bad --image=nginx',
      'kubectl create namespace $NS',
      'kubectl create namespace x --dry-run=client -o yaml',
      'kubectl create ns',
      'kubectl create configmap c --from-literal=a=1 --from-literal=b=2',
      'kubectl create configmap c2 --from-file=conf/',
      'kubectl create configmap c3 --from-file=conf/one.txt --from-file=renamed=conf/two.txt',
      'kubectl create configmap c4 --from-env-file=vars.env -o yaml --dry-run=client',
      'kubectl create configmap c5 --from-literal=bad',
      'kubectl create configmap c6 --from-file=nosuch.txt',
      'kubectl create configmap c7 --from-literal=a=1 --from-literal=a=2',
      'kubectl create configmap c8 --from-literal=a=1 --append-hash',
      'kubectl get cm -o custom-columns=N:.metadata.name,D:.data',
      'kubectl create secret generic s --from-literal=password=hunter2',
      'kubectl create secret generic s1 --from-file=conf/one.txt --type=my/type -o yaml --dry-run=client',
      'kubectl create secret docker-registry reg --docker-server=r.io --docker-username=u --docker-password=p --docker-email=e@x.y',
      'kubectl create secret tls t --cert=nosuch --key=nosuch',
      'kubectl get secrets',
      'kubectl describe secret s',
      'kubectl create service clusterip s1 --tcp=80:8080',
      'kubectl create service nodeport s2 --tcp=80 --node-port=0',
      'kubectl create service loadbalancer s3 --tcp=443:8443 --dry-run=client -o yaml',
      'kubectl create service externalname s4 --external-name=example.com',
      'kubectl create service clusterip s5',
      'kubectl create service headless s6',
      'kubectl create service clusterip s7 --clusterip=None',
      'kubectl get svc s1 s4 s7',
      'kubectl create serviceaccount sa',
      'kubectl create token sa --duration=10m | cut -c1-10 | wc -c',
      'kubectl create token nosuch',
      'kubectl create role r --verb=get,list --resource=pods,deployments.apps',
      'kubectl create role r2 --verb=get --resource=pods --resource-name=a --dry-run=client -o yaml',
      'kubectl create role r3 --verb=get',
      'kubectl create rolebinding rb --role=r --serviceaccount=$NS:sa',
      'kubectl create rolebinding rb2 --clusterrole=view --user=u --group=g --dry-run=client -o yaml',
      'kubectl create clusterrole $NS-cr --verb=get --resource=nodes',
      'kubectl create clusterrole cr2 --verb=get --non-resource-url=/healthz --dry-run=client -o yaml',
      'kubectl create clusterrolebinding $NS-crb --clusterrole=$NS-cr --user=u',
      'kubectl describe role r',
      'kubectl describe rolebinding rb',
      'kubectl auth can-i list pods --as=system:serviceaccount:$NS:sa',
      'kubectl auth can-i delete pods --as=system:serviceaccount:$NS:sa',
      'kubectl delete clusterrole,clusterrolebinding $NS-cr $NS-crb',
      '~kubectl delete clusterrole $NS-cr; kubectl delete clusterrolebinding $NS-crb',
      'kubectl create quota q --hard=pods=5,services=3',
      'kubectl get quota q -o jsonpath={.spec.hard}',
      'kubectl create quota q2 --hard=bad',
      'kubectl create poddisruptionbudget p --selector=app=x --min-available=1',
      'kubectl create pdb p2 --selector=app=x --max-unavailable=50% -o yaml --dry-run=client',
      'kubectl create pdb p3 --min-available=1',
      'kubectl create priorityclass $NS-high --value=1000 --description=high',
      'kubectl get pc $NS-high',
      'kubectl delete pc $NS-high',
      'kubectl create ingress i --rule="a.com/x*=svc:80" --class=nginx',
      'kubectl create ingress i2 --rule="a.com/=svc:http,tls=cert" --dry-run=client -o yaml',
      'kubectl get ing',
      'kubectl describe ing i',
      'kubectl create job j --image=busybox --dry-run=client -o yaml -- echo hi',
      'kubectl create cronjob cj --image=busybox --schedule="*/5 * * * *" -- date',
      'kubectl create job j2 --from=cronjob/cj --dry-run=client -o name',
      'kubectl create cronjob bad --image=busybox --schedule="nonsense"',
      'kubectl create job',
      'kubectl create nosuch',
      'kubectl create -f nosuch.yaml',
      'kubectl create -f -  < pod.yaml',
      'kubectl create -f pod.yaml',
      'kubectl create -f pod.yaml -f bad.yaml',
      'kubectl create -f bad.yaml',
      'kubectl create -f notyaml.yaml',
      'kubectl create -f conf/one.txt',
      'kubectl create',
      'kubectl create -f pod.yaml --edit=nosuch',
      'kubectl create --raw /api/v1/namespaces/$NS/configmaps -f conf.json | cut -c1-60',
    ],
    files: {
      'conf/one.txt': 'first\n',
      'conf/two.txt': 'second\nline\n',
      'vars.env': '# comment\nA=1\nB=two words\n',
      'pod.yaml': POD,
      'bad.yaml': CONFIG.replace('data:', 'dat:').replace('conf', 'bad'),
      'notyaml.yaml': 'a: b: c\n',
      'conf.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"}}',
    },
  },
  {
    name: 'applying',
    files: {
      'web.yaml': WEB,
      'conf.yaml': CONFIG,
      'conf2.yaml': CONFIG.replace('"1"', '"2"').replace(', b: two', ''),
      'all/web.yaml': WEB.replace('replicas: 2', 'replicas: 0'),
      'all/svc.yaml': SERVICE,
      'two.yaml': `${CONFIG}---\n${CONFIG.replaceAll('conf', 'conf2')}`,
      'list.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' } }],
      }),
      'kust/kustomization.yaml':
        'resources: [conf.yaml]\nnamePrefix: k-\nlabels: [{pairs: {from: kust}, includeSelectors: false}]\nconfigMapGenerator: [{name: gen, literals: [x=y]}]\n',
      'kust/conf.yaml': CONFIG,
      'patch.json': '[{"op": "replace", "path": "/data/a", "value": "9"}]',
      'empty.yaml': '# nothing\n',
      'immutable.yaml': WEB.replaceAll('app: web}', 'app: other}').replace('replicas: 2', 'replicas: 0'),
      'nokind.yaml': 'apiVersion: v1\nmetadata: {name: x}\n',
      'oldkind.yaml': 'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: x}\n',
      'invalid.yaml': WEB.replace('containerPort: 80', 'containerPort: 99999').replace(
        'name: web',
        'name: Bad',
      ),
      'badtype.yaml': WEB.replace('replicas: 2', 'replicas: two'),
    },
    lines: [
      'kubectl apply -f conf.yaml',
      'kubectl apply -f conf.yaml',
      'kubectl diff -f conf2.yaml',
      'kubectl diff -f conf.yaml',
      'kubectl apply -f conf2.yaml',
      'kubectl get cm conf -o yaml',
      'kubectl apply view-last-applied cm/conf',
      'kubectl apply view-last-applied -f conf.yaml -o json',
      'kubectl apply set-last-applied -f conf.yaml',
      'kubectl apply view-last-applied cm nosuch',
      'kubectl apply -f conf.yaml --dry-run=client',
      'kubectl apply -f conf.yaml --dry-run=server -o yaml',
      'kubectl apply -f conf.yaml --dry-run=nonsense',
      'kubectl apply -f - < two.yaml',
      'kubectl apply -f all/ -f two.yaml',
      'kubectl apply -f all -R -o name',
      'kubectl apply -f list.json',
      'kubectl apply -f nosuch.yaml',
      'kubectl apply -f nosuch.yaml -f conf.yaml',
      'kubectl apply -f empty.yaml',
      'kubectl apply -f nokind.yaml',
      'kubectl apply -f oldkind.yaml',
      'kubectl apply -f invalid.yaml',
      'kubectl apply -f badtype.yaml',
      'kubectl apply -f badtype.yaml --validate=false',
      'kubectl apply -f immutable.yaml',
      'kubectl apply -f badtype.yaml --validate=warn',
      'kubectl apply',
      'kubectl apply -f conf.yaml extra',
      'kubectl apply --server-side -f conf.yaml',
      'kubectl apply --server-side --force-conflicts -f conf.yaml',
      'kubectl apply --server-side --field-manager=other -f conf2.yaml',
      'kubectl apply --server-side --field-manager=other --force-conflicts -f conf2.yaml',
      'kubectl apply --server-side --dry-run=client -f conf.yaml',
      'kubectl apply --server-side --dry-run=server -f conf.yaml',
      'kubectl kustomize kust',
      'kubectl apply -k kust',
      'kubectl diff -k kust',
      'kubectl get cm -l from=kust -o name',
      'kubectl delete -k kust',
      'kubectl kustomize nosuch',
      'kubectl apply -k all',
      'kubectl apply --prune -l app=conf -f conf.yaml --prune-allowlist=core/v1/ConfigMap',
      'kubectl apply --prune -f conf.yaml',
      'kubectl apply --prune --all -f conf.yaml --prune-allowlist=core/v1/ConfigMap --dry-run=server',
      'kubectl replace -f conf.yaml',
      'kubectl replace -f conf2.yaml --dry-run=server',
      'kubectl replace --force -f conf.yaml',
      'kubectl replace -f kust/nosuch.yaml',
      'kubectl patch cm conf -p \'{"data":{"z":"26"}}\'',
      'kubectl patch cm conf -p \'{"data":{"z":"26"}}\'',
      'kubectl patch cm conf --type=merge -p \'{"data":{"z":null}}\' -o yaml',
      'kubectl patch cm conf --type=json --patch-file=patch.json',
      'kubectl patch cm conf --type=json -p \'[{"op":"remove","path":"/data/nosuch"}]\'',
      'kubectl patch cm conf --type=json -p \'{"a":1}\'',
      'kubectl patch cm conf --type=nosuch -p "{}"',
      'kubectl patch cm conf -p nonsense',
      'kubectl patch cm conf',
      'kubectl patch cm nosuch -p "{}"',
      'kubectl patch -f conf.yaml -p \'{"data":{"local":"1"}}\' --dry-run=client -o yaml',
      'kubectl patch deploy web --subresource=scale --type=merge -p \'{"spec":{"replicas":1}}\'',
      'kubectl patch deploy web --subresource=status --type=merge -p \'{"status":{"replicas":7}}\' -o jsonpath={.kind}',
      'kubectl label cm --all tier=back',
      'kubectl label cm conf tier=front --overwrite -o yaml',
      'kubectl label -f conf.yaml from=file',
      'kubectl label cm -l tier=front --resource-version=1 x=y',
      'kubectl annotate cm conf a=b c=d',
      'kubectl annotate cm conf a=b2',
      'kubectl annotate cm conf a=b2 --overwrite',
      'kubectl annotate cm conf --list | sort',
      'kubectl get cm -l tier --show-labels',
      'kubectl get cm -L tier,app',
      'kubectl get cm,svc,deploy -o name',
      '~kubectl delete deploy web --ignore-not-found --now; kubectl wait --for=delete pods -l app=web --timeout=20s',
      'kubectl get all',
      'kubectl get -f two.yaml',
      'kubectl get -f all -o name',
      'kubectl describe cm conf',
      'kubectl describe -f conf.yaml',
      'kubectl describe cm con',
      'kubectl describe cm nosuch',
      'kubectl describe svc web | grep -v Endpoints',
      'EDITOR="sed -i s/two/three/" kubectl edit cm conf2',
      'EDITOR=true kubectl edit cm conf2',
      'EDITOR=false kubectl edit cm conf2',
      'kubectl get cm conf2 -o jsonpath={.data.b}',
      'kubectl delete cm conf --dry-run=client',
      'kubectl delete cm conf --dry-run=server -o name',
      'kubectl delete cm conf conf2 -o name',
      'kubectl delete cm conf',
      'kubectl delete cm conf --ignore-not-found',
      'kubectl delete cm -l tier=nosuch',
      'kubectl delete -f all',
      'kubectl delete -f all --ignore-not-found',
      'kubectl delete cm --all=false',
      'kubectl delete cm',
      'kubectl delete',
      'kubectl delete cm --all --field-selector=metadata.name=listed',
      'kubectl delete cm x --cascade=nonsense',
      'kubectl delete cm/x svc/y',
      'kubectl delete nosuch x',
    ],
  },
  {
    name: 'deploying',
    files: { 'web.yaml': WEB, 'svc.yaml': SERVICE },
    lines: [
      'kubectl apply -f web.yaml -f svc.yaml',
      'kubectl rollout status deployment/web --timeout=60s | tail -1',
      'kubectl get deploy web',
      'kubectl get deploy web -o wide',
      'kubectl get rs -o wide',
      'kubectl get pods -l app=web',
      'kubectl get pods -l app=web -o wide | sed "s/node-./node/"',
      'kubectl get endpoints web --no-headers | wc -l',
      'kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath="{.items[0].endpoints[*].conditions}"',
      'kubectl describe deploy web',
      'kubectl describe rs -l app=web',
      'kubectl describe svc web | grep -v Endpoints',
      'kubectl describe pods -l app=web | grep -v -e Node: -e assigned -e Pull',
      'kubectl scale deploy web --replicas=3',
      'kubectl scale deploy web --replicas=1 --current-replicas=2',
      'kubectl scale deploy/web --replicas=1 --timeout=20s',
      'kubectl scale deploy nosuch --replicas=1',
      'kubectl scale deploy web',
      'kubectl scale --replicas=2 -f web.yaml',
      'kubectl scale deploy --all --replicas=2 --dry-run=server',
      'kubectl wait --for=condition=Available deploy/web --timeout=30s',
      'kubectl wait --for=jsonpath={.status.readyReplicas}=2 deploy/web --timeout=30s',
      'kubectl wait --for=condition=Nosuch deploy/web --timeout=1s',
      'kubectl wait --for=delete pod/nosuch --timeout=1s',
      'kubectl wait --for=condition=Ready pod/nosuch --timeout=1s',
      'kubectl wait --for=condition=Ready pod -l app=nosuch --timeout=1s',
      'kubectl wait --for=nonsense deploy/web',
      'kubectl wait deploy/web',
      'kubectl set image deploy/web nginx=nginx:1.28',
      'kubectl set image deploy/web nginx=nginx:1.28',
      'kubectl set image deploy/web nosuch=nginx:1.28',
      'kubectl set image deploy/web nginx=nginx:1.28 --local -o yaml --dry-run=client -f web.yaml',
      'kubectl set image -f web.yaml nginx=nginx:1.29 --local -o jsonpath="{.spec.template.spec.containers[*].image}"',
      'kubectl rollout status deployment/web --timeout=60s | tail -1',
      'kubectl rollout history deploy/web',
      'kubectl rollout history deploy/web --revision=2',
      'kubectl rollout history deploy/web --revision=9',
      'kubectl annotate deploy web kubernetes.io/change-cause="image 1.28"',
      'kubectl rollout history deploy',
      'kubectl rollout undo deploy/web --dry-run=client',
      'kubectl rollout undo deploy/web',
      'kubectl rollout undo deploy/web --to-revision=9',
      'kubectl rollout status deployment/web --timeout=60s | tail -1',
      'kubectl rollout pause deploy/web',
      'kubectl rollout pause deploy/web',
      'kubectl rollout restart deploy/web',
      'kubectl rollout undo deploy/web',
      'kubectl rollout resume deploy/web',
      'kubectl rollout resume deploy/web',
      'kubectl rollout restart deploy/web',
      'kubectl rollout status deploy/web --timeout=60s | tail -1',
      'kubectl rollout status deploy/nosuch',
      'kubectl rollout status svc/web',
      'kubectl rollout nosuch',
      'kubectl rollout > /dev/null',
      'kubectl set env deploy/web A=1 B=2',
      'kubectl set env deploy/web --list',
      'kubectl set env deploy/web A- --dry-run=client -o jsonpath="{.spec.template.spec.containers[0].env[*].name}"',
      'kubectl set resources deploy/web --limits=cpu=200m,memory=256Mi --requests=cpu=100m',
      'kubectl set resources deploy/web',
      'kubectl set serviceaccount deploy/web default',
      'kubectl set selector svc web app=web,x=y',
      'kubectl set',
      'kubectl expose deploy web --port=8080 --target-port=80 --name=web2',
      'kubectl expose deploy web --port=80',
      'kubectl expose deploy web --name=web3 --type=NodePort --dry-run=client -o yaml',
      'kubectl expose deploy nosuch --port=80',
      'kubectl expose svc web --port=81 --name=web4 --dry-run=client -o yaml',
      'kubectl expose node $NODE',
      'kubectl autoscale deploy web --min=1 --max=3 --cpu-percent=80',
      'kubectl autoscale deploy web --max=3',
      'kubectl autoscale deploy web --min=1',
      'kubectl get hpa --no-headers | wc -l',
      'kubectl get deploy web -o yaml | grep -v -e generation -e Generation -e revision | head -20',
      'kubectl get deploy web -o jsonpath="{.spec.strategy}"',
      'kubectl get deploy web -o template="{{.spec.replicas}}"',
      'kubectl get deploy,svc,hpa -o custom-columns=K:.kind,N:.metadata.name',
      'kubectl get events --field-selector=involvedObject.kind=Deployment,reason=ScalingReplicaSet -o custom-columns=R:.reason,T:.type | sort -u',
      'kubectl events --for=deploy/web --types=Warning',
      'kubectl events --for=nosuch/web',
      'kubectl delete deploy web --cascade=orphan',
      'kubectl get rs -l app=web --no-headers | wc -l',
      'kubectl delete rs -l app=web -o name | wc -l',
      'kubectl delete svc --all',
      'kubectl delete hpa web',
      'kubectl get all --ignore-not-found | grep -v Terminating | grep -c nosuch',
    ],
  },
  {
    name: 'inside',
    files: { 'pod.yaml': POD, 'local/file.txt': 'some text\n' },
    lines: [
      'kubectl apply -f pod.yaml',
      'kubectl wait --for=condition=Ready pod/box --timeout=60s',
      'kubectl get pod box',
      'kubectl get pod box -o wide',
      'kubectl get pod box -o jsonpath="{.status.containerStatuses[*].name} {.status.qosClass}"',
      'kubectl get pods --field-selector=status.phase=Running',
      'kubectl get pods --field-selector=status.phase!=Running',
      'kubectl get pods --field-selector=bad.field=1',
      'kubectl get pods -A -l app=box --no-headers | grep $NS',
      'kubectl describe pod box | grep -v -e "^Node:" -e Successfully -e Pull',
      'kubectl logs box',
      'kubectl logs box -c side',
      'kubectl logs box side --tail=1',
      'kubectl logs box --all-containers | sort',
      'kubectl logs box --all-containers --prefix | sort',
      'kubectl logs -l app=box -c side --prefix --tail=-1',
      'kubectl logs box -c nosuch',
      'kubectl logs nosuch',
      'kubectl logs box --previous',
      'kubectl logs box --since=1h -c side',
      'kubectl logs box --since-time=bad',
      'kubectl logs box --tail=x',
      'kubectl logs',
      'kubectl logs -l app=nosuch',
      'kubectl logs box --limit-bytes=3',
      'kubectl logs box -c side --timestamps | cut -c1-2',
      'kubectl exec box -- hostname',
      'kubectl exec box -c side -- echo hi',
      'kubectl exec box -- sh -c "exit 3"',
      'kubectl exec box -- sh -c "echo out; echo err >&2"',
      'echo from stdin | kubectl exec -i box -- cat',
      'printf "b\\na\\n" | kubectl exec -i box -c side -- sort',
      'kubectl exec box -- nosuchprogram',
      'kubectl exec box -c nosuch -- ls',
      'kubectl exec nosuch -- ls',
      'kubectl exec box',
      'kubectl exec',
      'kubectl exec box ls',
      'kubectl exec -it box -- echo no terminal',
      'kubectl cp local/file.txt box:/tmp/file.txt',
      'kubectl exec box -- cat /tmp/file.txt',
      'kubectl cp box:/tmp/file.txt back.txt && cat back.txt',
      'kubectl cp local box:/tmp/folder -c side && kubectl exec box -c side -- ls /tmp/folder',
      'kubectl cp box:/nosuch back2.txt; ls back2.txt',
      'kubectl cp nosuch.txt box:/tmp/',
      'kubectl cp a b',
      'kubectl attach nosuch',
      'kubectl port-forward pod/nosuch 8080:80',
      'kubectl port-forward',
      'kubectl port-forward pod/box bad:port',
      'kubectl run one --image=busybox:1.36 --restart=Never -- sh -c "echo hello; exit 3"',
      'kubectl wait --for=jsonpath={.status.phase}=Failed pod/one --timeout=60s',
      'kubectl get pod one',
      'kubectl logs one',
      'kubectl describe pod one | grep -A6 "State:"',
      'kubectl run two --image=busybox:1.36 --restart=Never -i --rm --quiet -- echo from two',
      'kubectl run three --image=nginx:1.27 --port=80 --expose --dry-run=client -o yaml',
      'kubectl run four --image=nginx:1.27 -l a=b,c=d --env=X=1 --dry-run=client -o yaml',
      'kubectl run five --image=nginx --overrides=\'{"spec":{"nodeName":"x"}}\' --dry-run=client -o yaml',
      'kubectl run',
      'kubectl run six',
      'kubectl run Seven --image=nginx',
      'kubectl run eight --image="bad image"',
      'kubectl run one --image=nginx',
      'kubectl run nine --image=nginx --rm',
      'kubectl run ten --image=nginx --restart=Sometimes',
      'kubectl debug nosuch --image=busybox',
      'kubectl debug box',
      'kubectl top pod box',
      'kubectl delete pod one --now',
      'kubectl delete pod box --grace-period=0 --force',
      'kubectl delete pod box --grace-period=1 --ignore-not-found',
      'kubectl delete pod box --force=false --grace-period=-5',
      'kubectl get pods --no-headers --ignore-not-found | grep -v Terminating',
    ],
  },
  {
    name: 'explaining',
    lines: [
      'kubectl explain pod',
      'kubectl explain pods.spec.containers',
      'kubectl explain pod.spec.containers.resources.limits',
      'kubectl explain deployment.spec.strategy.rollingUpdate',
      'kubectl explain deploy --recursive | head -60',
      'kubectl explain service.spec.type',
      'kubectl explain node.status.conditions --recursive',
      'kubectl explain cm',
      'kubectl explain configmap.data',
      'kubectl explain event',
      'kubectl explain ev.involvedObject',
      'kubectl explain rs.spec.selector.matchExpressions',
      'kubectl explain pod.spec.nosuch',
      'kubectl explain nosuch',
      'kubectl explain',
      'kubectl explain pod extra',
      'kubectl explain ingress --api-version=networking.k8s.io/v1',
      'kubectl explain ingress --api-version=nosuch/v1',
      'kubectl explain pod --output=plaintext-openapiv2 | head -5',
      'kubectl explain pod --output=nonsense',
      'kubectl explain cronjob.spec.jobTemplate.spec',
      'kubectl explain pvc.spec.accessModes',
      'kubectl explain hpa.spec.metrics',
      'kubectl explain endpointslice.endpoints.conditions',
      'kubectl explain lease.spec',
      'kubectl explain secret.stringData',
      'kubectl explain pod.metadata.ownerReferences',
      'kubectl explain pod.spec.affinity.nodeAffinity --recursive',
    ],
  },
  {
    name: 'batching',
    files: { 'batch.yaml': BATCH },
    lines: [
      'kubectl create -f batch.yaml',
      'kubectl wait --for=condition=Complete job/once --timeout=60s',
      'kubectl get job once',
      'kubectl get cronjob often',
      'kubectl get cronjobs -o wide',
      'kubectl logs job/once',
      'kubectl describe cronjob often',
      'kubectl describe job once | grep -v -e "^Start" -e Completed -e Duration',
      'kubectl create job twice --from=cronjob/often',
      'kubectl delete job twice once',
      'kubectl set image cronjob/often often=busybox:1.37',
      'kubectl patch cronjob often -p \'{"spec":{"suspend":true}}\'',
      'kubectl get cj often -o jsonpath="{.spec.suspend}"',
      'kubectl delete cj --all',
    ],
  },
  {
    name: 'describing',
    files: { 'kinds.yaml': KINDS, 'cluster.yaml': CLUSTER_KINDS },
    lines: [
      '~sed -i "s/NAME/$NS/" cluster.yaml',
      'kubectl apply -f kinds.yaml -f cluster.yaml',
      'kubectl describe ingress ing',
      'kubectl describe ingress plain',
      'kubectl describe ingressclass $NS',
      'kubectl describe netpol np',
      'kubectl describe netpol deny',
      'kubectl describe limits lr',
      'kubectl describe quota rq',
      'kubectl describe hpa hpa | grep -v -e Able -e Scaling -e "---" -e Type -e Conditions -e Events',
      'kubectl describe pdb pdb',
      'kubectl describe pvc claim | grep -v -e Normal -e Warning -e Type -e "---" -e Events -e Finalizers',
      'kubectl describe pv $NS',
      'kubectl describe sc $NS',
      'kubectl describe pc $NS',
      'kubectl describe sts sts | grep -v -e Normal -e Type -e "---" -e Events -e current',
      'kubectl describe ds ds | grep -v -e Normal -e Type -e "---" -e Events -e Number -e Running',
      'kubectl describe rc rc | grep -v -e Normal -e Type -e "---" -e Events -e current -e Running',
      'kubectl describe sa default',
      'kubectl describe ns $NS | grep -v -e pods -e services -e "^ "',
      'kubectl describe lease -n kube-node-lease control-plane | grep -v -e Renew -e Version -e Time',
      'kubectl describe secret opaque',
      'kubectl describe endpoints web',
      'kubectl describe endpointslice | grep -c Name',
      'kubectl describe ingress,netpol | grep -c Name:',
      'kubectl get ingress,netpol,limits,quota,pdb,pvc -o wide',
      'kubectl get sc,pv,pc,ingressclass $NS',
      'kubectl get sc $NS; kubectl get pv $NS; kubectl get pc $NS; kubectl get ingressclass $NS',
      'kubectl delete -f cluster.yaml --wait=false',
      'kubectl delete -f kinds.yaml --wait=false',
    ],
  },
  {
    name: 'settings',
    files: {
      kc: `apiVersion: v1
kind: Config
clusters: [{name: one, cluster: {server: 'http://127.0.0.1:9'}}]
contexts: [{name: c1, context: {cluster: one, user: me, namespace: x}}, {name: c2, context: {cluster: one, user: me}}]
current-context: c1
users: [{name: me, user: {token: secret}}]
`,
    },
    lines: [
      'kubectl --kubeconfig=kc config view',
      'kubectl --kubeconfig=kc config view --raw -o json',
      'kubectl --kubeconfig=kc config view --minify -o jsonpath="{..namespace}"',
      'kubectl --kubeconfig=kc config current-context',
      'kubectl --kubeconfig=kc config get-contexts',
      'kubectl --kubeconfig=kc config get-contexts -o name',
      'kubectl --kubeconfig=kc config get-contexts c2',
      'kubectl --kubeconfig=kc config get-contexts nosuch',
      'kubectl --kubeconfig=kc config get-clusters',
      'kubectl --kubeconfig=kc config get-users',
      'kubectl --kubeconfig=kc config use-context c2',
      'kubectl --kubeconfig=kc config use-context nosuch',
      'kubectl --kubeconfig=kc config set-context --current --namespace=team',
      'kubectl --kubeconfig=kc config set-context c3 --cluster=one --user=you',
      'kubectl --kubeconfig=kc config set-cluster two --server=https://10.0.0.1:6443 --insecure-skip-tls-verify=true',
      'kubectl --kubeconfig=kc config set-credentials you --token=t',
      'kubectl --kubeconfig=kc config set contexts.c3.namespace z',
      'kubectl --kubeconfig=kc config unset contexts.c3.namespace',
      'kubectl --kubeconfig=kc config rename-context c3 c4',
      'kubectl --kubeconfig=kc config delete-context c4',
      'kubectl --kubeconfig=kc config delete-context c4',
      'kubectl --kubeconfig=kc config delete-cluster two',
      'kubectl --kubeconfig=kc config delete-user you',
      'kubectl --kubeconfig=kc config delete-user you',
      'kubectl --kubeconfig=kc config unset current-context',
      'kubectl --kubeconfig=kc config current-context',
      'kubectl --kubeconfig=kc config view --minify',
      'kubectl --kubeconfig=kc config nosuch',
      'cat kc',
      'kubectl --kubeconfig=kc get pods --context=c1',
    ],
  },
]
