import type { Desired } from '../../contract/desired';
import type { Report } from '../../contract/report';
import type { Converged } from '../../agent/converge';
import type { Verdict } from '../../agent/rollout';

/** A machine that gets wherever it shall, unless a test says otherwise, and writes down what it was asked for. */
export class WillingMachine {
  ready: Desired | undefined;
  readonly asked: string[] = [];
  problems: string[] = [];
  deploying: (service: string, say: (line: string) => void) => Promise<Partial<Verdict>> = () => Promise.resolve({});

  converge(desired: Desired, { images }: { images: Readonly<Record<string, string>> }): Promise<Converged> {
    this.ready = desired;
    this.asked.push(`converge ${desired.domain} ${Object.keys(images).join(',')}`.trim());
    return Promise.resolve({ problems: this.problems, verdicts: {} });
  }

  async deploy(service: string, image: string, say: (line: string) => void = () => undefined): Promise<Verdict> {
    this.asked.push(`deploy ${service} ${image.slice(-4)}`);
    return { outcome: 'healthy', lines: [], seconds: 1, ...(await this.deploying(service, say)) };
  }

  clearFailures(service?: string): void {
    this.asked.push(`clear failures of ${service ?? 'all'}`);
  }

  fetch(_: Desired, images: Readonly<Record<string, string>>): Promise<string[]> {
    this.asked.push(`fetch ${Object.keys(images).join(',')}`);
    return Promise.resolve([]);
  }

  releaseVolume(): Promise<void> {
    this.asked.push('release volume');
    return Promise.resolve();
  }

  services = (): Promise<Report['services'] & object> => Promise.resolve({});
  recipient = (): Promise<string> => Promise.resolve('age1machine');
}
