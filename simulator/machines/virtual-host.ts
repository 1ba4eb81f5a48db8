import type { RequestListener } from 'node:http';

/** Somebody who answers over HTTPS in the simulated world: Spaces, a registry, a certificate authority. */
export interface VirtualHost {
  /** `*.example.com` stands for every name below it. */
  readonly names: readonly string[];
  readonly listener: RequestListener;
}

/** Who has this name, if anybody has. */
export const findHost = (hosts: readonly VirtualHost[], name: string): VirtualHost | undefined =>
  hosts.find(({ names }) => names.some((own) => own === name || (own.startsWith('*.') && name.endsWith(own.slice(1)))));

/** One listener for them all: the Host header tells which is meant. */
export const serveHosts =
  (hosts: readonly VirtualHost[]): RequestListener =>
  (request, response) => {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    const host = findHost(hosts, name);
    if (host) host.listener(request, response);
    else response.writeHead(421, { 'content-type': 'text/plain' }).end(`no host here has the name ${name}\n`);
  };

/** A listener that is still being made: who asks meanwhile waits for it. Should it fail, it says so to everybody. */
export function eventually(making: Promise<RequestListener>): RequestListener {
  making.catch(() => undefined);
  return (request, response) =>
    void making.then(
      (listener) => listener(request, response),
      (error: Error) => void response.writeHead(503, { 'content-type': 'text/plain' }).end(`${error.message}\n`),
    );
}
