import { Resolver } from 'node:dns/promises';
import tls from 'node:tls';
import type { Desired } from '../contract/desired';
import type { CertificateReport } from '../contract/report';
import { hostsOf } from './render/routes';

export interface CertificateOptions {
  readonly port?: number;
  /** Milliseconds that the proxy has for a new name before anybody is told. */
  readonly grace?: number;
  /** Addresses that a name leads to; fails where there are none. */
  readonly resolve?: (name: string) => Promise<string[]>;
}

/** Asks the machine's own proxy, as a visitor would, for the certificate of each name. */
export class Certificates {
  private readonly missingSince = new Map<string, number>();

  constructor(private readonly options: CertificateOptions = {}) {}

  async look(desired: Pick<Desired, 'domain' | 'services'>): Promise<Record<string, CertificateReport>> {
    const all = hostsOf(desired).map(async (name) => [name, await this.one(name)] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  private async one(name: string): Promise<CertificateReport> {
    const { port = 443, grace = 60_000, resolve = addresses } = this.options;
    const until = await shown(name, port).catch(() => undefined);
    if (until !== undefined) {
      this.missingSince.delete(name);
      return { until };
    }
    const since = this.missingSince.get(name) ?? performance.now();
    this.missingSince.set(name, since);
    if (performance.now() - since < grace) return {};
    const leads = await resolve(name).then(
      (found) => `leads to ${found.join(', ')}`,
      () => 'leads nowhere',
    );
    return {
      problem: `no certificate yet, and the name ${leads}. The proxy asks again by itself; the machine serves the domain by its address meanwhile`,
    };
  }
}

/** The end of the certificate that is shown for a name; fails when it is for another one, or over. */
const shown = (name: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    // it is looked at, and nothing is said over it: who has signed it is the visitor's question
    const socket = tls.connect(
      { host: '127.0.0.1', port, servername: name, rejectUnauthorized: false, timeout: 5_000 },
      () => {
        const certificate = socket.getPeerCertificate();
        socket.destroy();
        const problem = tls.checkServerIdentity(name, certificate);
        const until = new Date(certificate.valid_to);
        if (problem || until.getTime() < Date.now()) reject(problem ?? new Error('over'));
        else resolve(until.toISOString());
      },
    );
    socket.once('timeout', () => socket.destroy(new Error('no answer'))).once('error', reject);
  });

const addresses = (name: string): Promise<string[]> => new Resolver({ timeout: 2_000, tries: 1 }).resolve4(name);
