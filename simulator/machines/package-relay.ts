import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import type { Mirrors } from './mirror';

/** The names by which a machine asks for packages: DigitalOcean's images use its own mirror. */
export const packageHosts = ['mirrors.digitalocean.com'];

/** Hands a machine's requests for packages on to this host's own mirror, and no others. */
export function packageRelay({ debian, security, proxy }: Mirrors): http.Server {
  const agent = new http.Agent({ keepAlive: true });
  const tlsAgent = new https.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const refuse = (status: number, why: string): void =>
      void response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`);
    const [, archive, path] = /^\/(debian|debian-security)\/([^?#]*)$/.exec(request.url ?? '') ?? [];
    if (
      request.method !== 'GET' ||
      !packageHosts.includes(request.headers.host ?? '') ||
      archive === undefined ||
      path!.includes('..')
    ) {
      return refuse(403, 'requests are passed on for Debian packages only');
    }
    const base = archive === 'debian' ? debian : security;
    const wanted = new URL(path!, base.href.endsWith('/') ? base.href : `${base.href}/`);
    const { range, 'if-range': ifRange, 'if-modified-since': since } = request.headers;
    const headers = Object.fromEntries(
      Object.entries({ host: wanted.host, range, 'if-range': ifRange, 'if-modified-since': since }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const viaProxy =
      proxy && wanted.protocol === 'http:'
        ? { hostname: proxy.hostname, port: proxy.port || 80, path: wanted.href }
        : undefined;
    let gone = false;
    response.once('close', () => {
      gone = true;
    });
    const ask = (left: number): void => {
      const asked =
        wanted.protocol === 'https:'
          ? https.get(wanted, { headers, agent: tlsAgent })
          : http.get({
              hostname: wanted.hostname,
              port: wanted.port || 80,
              path: wanted.pathname + wanted.search,
              ...viaProxy,
              headers,
              agent,
            });
      asked.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response, () => asked.destroy());
      });
      asked.on('error', (error) => {
        if (response.headersSent) response.destroy();
        // a connection that was kept may have been closed at the other end meanwhile
        else if (left > 0 && !gone) ask(left - 1);
        else refuse(502, `${wanted.href}: ${error.message}`);
      });
      response.once('close', () => asked.destroy());
    };
    ask(3);
  });
  // a machine that goes in the middle of a download leaves it behind
  return server.on('close', () => [agent, tlsAgent].forEach((each) => each.destroy()));
}
