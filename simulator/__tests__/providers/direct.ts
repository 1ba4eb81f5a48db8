import { digitalocean } from '../../providers/digitalocean';
import { github } from '../../providers/github';
import { createSession } from '../../terraform/engine';
import { type Resource } from '../../terraform/resource';
import { conform } from '../../terraform/schema';
import { isUnknown, type Dynamic, pack, unpack, type Values } from '../../terraform/value';

/** The providers without Terraform and without a cloud: for what is decided before anything is called. */
const patience = { retries: 0, retryMs: 1, pollMs: 1 };
const spaces = { host: '127.0.0.1', port: 1, accessKey: 'k', secretKey: 's' };
const providers = {
  digitalocean: digitalocean({ apiUrl: 'http://127.0.0.1:1', token: 't', spaces }, patience),
  github: github({ baseUrl: 'http://127.0.0.1:1', token: 't', owner: 'acme' }, patience),
};

function open(type: string): { resource: Resource; session: ReturnType<typeof createSession> } {
  const provider = type.startsWith('github_') ? providers.github : providers.digitalocean;
  const resource = provider.resources.find((one) => one.type === type);
  if (!resource) throw new Error(`${type} is not there`);
  return { resource, session: createSession(provider) };
}

const wire = (resource: Resource, value: Values | null) => pack(conform(resource.block(), value));

interface Told {
  summary: string;
  detail: string;
  severity: number;
  attribute?: { steps: { attributeName?: string; elementKeyInt?: number }[] };
}

/** What is wrong with a configuration, each as `path: message`. */
export async function problems(type: string, config: Values): Promise<string[]> {
  const { resource, session } = open(type);
  const answer: Dynamic = await session.handle('ValidateResourceTypeConfig', {
    typeName: type,
    config: wire(resource, config),
  });
  return (answer.diagnostics as Told[]).map(({ summary, detail, severity, attribute }) => {
    const path = (attribute?.steps ?? []).map((step) => step.attributeName ?? step.elementKeyInt).join('.');
    return `${severity === 2 ? '(warning) ' : ''}${path}: ${summary}${detail ? ` | ${detail}` : ''}`;
  });
}

export interface Outcome {
  kind: 'none' | 'update' | 'replace' | 'error';
  /** What makes it a replacement, or the errors. */
  because: string[];
  planned: Values;
}

/** The state that a resource would have after it was made from a configuration: what was unknown has some value. */
export async function stateOf(type: string, config: Values): Promise<Values> {
  const { planned } = await outcome(type, null, config);
  return Object.fromEntries(Object.entries(planned).map(([name, value]) => [name, isUnknown(value) ? null : value]));
}

/** What becomes of a resource in this state when it is configured so. */
export async function outcome(type: string, state: Values | null, config: Values): Promise<Outcome> {
  const { resource, session } = open(type);
  const answer: Dynamic = await session.handle('PlanResourceChange', {
    typeName: type,
    priorState: wire(resource, state),
    proposedNewState: wire(resource, { ...state, ...config }),
    config: wire(resource, config),
  });
  if (answer.diagnostics?.length) {
    return { kind: 'error', because: (answer.diagnostics as Told[]).map((one) => one.summary), planned: {} };
  }
  const planned = unpack(answer.plannedState) as Values;
  const because = (answer.requiresReplace as { steps: { attributeName: string }[] }[]).map(
    ({ steps }) => steps[0].attributeName,
  );
  const prior = conform(resource.block(), state);
  const equal = JSON.stringify(planned, sorter) === JSON.stringify(prior, sorter);
  return {
    kind: because.length > 0 ? 'replace' : equal ? 'none' : 'update',
    because,
    planned: conform(resource.block(), planned),
  };
}

const sorter = (_: string, value: Dynamic): Dynamic =>
  value && typeof value === 'object' && !Array.isArray(value) && !isUnknown(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
