import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onHost } from './host-command';

export interface Authority {
  /** What a machine has to trust. */
  readonly certificate: string;
  /** Signs for these names, `*.` included. */
  issue(names: readonly string[]): Promise<{ key: string; cert: string }>;
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A certificate authority that only the machines of one simulator trust: the folder's, made when it has none yet. */
export async function createAuthority(folder: string): Promise<Authority> {
  const at = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(at('ca.crt')))
    await onHost('openssl', [
      'req',
      '-x509',
      ...key,
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
      '-days',
      '3650',
      '-subj',
      '/CN=digitalocean-simulator',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    ]);
  let issued = 0;
  return {
    certificate: readFileSync(at('ca.crt'), 'utf8'),
    async issue(names) {
      const name = `issued-${issued++}`;
      writeFileSync(
        at(`${name}.ext`),
        `subjectAltName=${names.map((host) => `DNS:${host}`).join(',')}\nauthorityKeyIdentifier=keyid\n`,
      );
      await onHost('openssl', [
        'req',
        '-new',
        ...key,
        '-keyout',
        at(`${name}.key`),
        '-out',
        at(`${name}.csr`),
        '-subj',
        '/CN=simulated',
      ]);
      await onHost('openssl', [
        'x509',
        '-req',
        '-in',
        at(`${name}.csr`),
        '-CA',
        at('ca.crt'),
        '-CAkey',
        at('ca.key'),
        '-CAcreateserial',
        '-days',
        '800',
        '-extfile',
        at(`${name}.ext`),
        '-out',
        at(`${name}.crt`),
      ]);
      return { key: readFileSync(at(`${name}.key`), 'utf8'), cert: readFileSync(at(`${name}.crt`), 'utf8') };
    },
  };
}
