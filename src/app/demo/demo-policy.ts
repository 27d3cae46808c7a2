import type { SimulatorDescription } from '../../simulator/wire/describe.ts';

/** The policy of the demo, as an operator would write it. */
export function demoPolicy(
  cluster: SimulatorDescription,
  options: { readonly store: string; readonly listen: string; readonly zone: string },
): string {
  const endpoints = cluster.frontends.map((frontend) => `"${frontend.host}:${String(frontend.mysqlPort)}"`).join(', ');
  const hosts = [
    ...cluster.backends.map((backend) => `${backend.host}:${String(backend.heartbeatPort)}`),
    ...cluster.hosts.backends,
  ];
  return `version: 1
store: sqlite:${options.store}
interval: 10m
server: { listen: "${options.listen}" }
provisioners:
  spares:
    type: static
    hosts: [${hosts.map((host) => `"${host}"`).join(', ')}]
clusters:
  - name: analytics
    mode: act
    endpoints: [${endpoints}]
    user: autoscaler
    password: { env: DORIS_PASSWORD }
    prometheus: { url: "${cluster.prometheus}", labels: { cluster: analytics } }
    windows:
      timezone: ${options.zone}
      allow:
        - { name: night, days: [mon-sun], start: "01:00", end: "06:00" }
    migration: { assumedRate: 20MiB/s }
    backends:
      - group: default
        min: 3
        max: 12
        step: { out: 4, in: 1 }
        provisioner: spares
        signals:
          - { signal: be_cpu, target: 60% }
          - { signal: be_disk, target: 70% }
        cooldown: { in: 12h, out: 30m }
        schedule:
          - { name: month-end, cron: "0 0 25 * *", duration: 3d, min: 9 }
        cost: { nodeHour: 1.20, currency: CNY }
    frontend:
      followers: 3
`;
}
