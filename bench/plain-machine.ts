import { parse, stringify } from 'yaml';

export interface PlainMachine {
  /** The user-data of the machine that it is compared with: it is asked for the same packages. */
  readonly userData: string;
  readonly domain: string;
  readonly volume: string;
  readonly image: (service: string) => string;
}

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
  readonly runcmd: readonly string[][];
}

/** Settings that packages read while they are installed: without them another amount of work would be done. */
const kept = ['/etc/docker/daemon.json', '/etc/postgresql-common/createcluster.conf'];
const ports = { web: 3000, api: 8000, cms: 3000 } as const;

/**
 * What one would write by hand: the same packages, the volume mounted, the same images started by `docker run` and a proxy in
 * front. There is no agent in it, no health check, and no database is started.
 */
export function plainUserData({ userData, domain, volume, image }: PlainMachine): string {
  const { write_files: files, ...rest } = parse(userData) as CloudConfig;
  const start = (name: keyof typeof ports): string =>
    `docker run --detach --restart always --network site --name ${name} --env PORT=${ports[name]} ${image(name)}`;
  const script = [
    '#!/bin/sh',
    'set -eu',
    'mkdir -p /mnt/data',
    `mount -o noatime /dev/disk/by-id/scsi-0DO_Volume_${volume} /mnt/data`,
    'docker network create site',
    start('web'),
    start('api'),
    start('cms'),
    `docker run --detach --restart always --network site --name worker ${image('worker')} worker`,
    'docker run --detach --restart always --network site --name proxy --publish 80:80 --publish 443:443 --volume /etc/caddy:/etc/caddy:ro --volume /mnt/data/proxy:/data caddy:2.10.2',
  ];
  const caddyfile = [
    `${domain} {`,
    '\thandle /api/* {',
    `\t\treverse_proxy api:${ports.api}`,
    '\t}',
    '\thandle {',
    `\t\treverse_proxy web:${ports.web}`,
    '\t}',
    '}',
    `cms.${domain} {`,
    `\treverse_proxy cms:${ports.cms}`,
    '}',
  ];
  const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
  return `#cloud-config\n${stringify(
    {
      ...rest,
      write_files: [
        ...files.filter(({ path }) => kept.includes(path)),
        { path: '/etc/caddy/Caddyfile', content: text(caddyfile), permissions: '0644' },
        { path: '/usr/local/bin/start-site', content: text(script), permissions: '0755' },
      ],
      runcmd: [['/usr/local/bin/start-site']],
    },
    { lineWidth: 0, version: '1.1' },
  )}`;
}
