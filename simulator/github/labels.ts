import { z } from 'zod';
import { ApiError } from './api-error';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { repositoryUrl } from './repository-view';
import type { Repository } from './state';
import { entry } from './table';
import type { Issue, Label } from './issues-and-pulls';

export const labelNames = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]));

const fields = z.object({
  name: z.string().min(1).max(50),
  color: z
    .string()
    .regex(/^[0-9a-fA-F]{6}$/, 'must be six hexadecimal digits, without #')
    .default('ededed'),
  description: z
    .string()
    .max(100)
    .nullish()
    .transform((text) => text ?? null),
});

export function renderLabel(store: Store, repository: Repository, label: Label) {
  return {
    ...label,
    node_id: store.nodeId('LA', label.id),
    url: `${repositoryUrl(repository)}/labels/${encodeURIComponent(label.name)}`,
    default: false,
  };
}

/** Names are compared without case. */
const labelKey = (name: string) => name.toLowerCase();

/** The labels of these names, as they are written; those that are new are made, grey. */
export function labelsNamed(store: Store, repository: Repository, names: readonly string[]): string[] {
  return [
    ...new Set(
      names.map(
        (name) =>
          (repository.labels[labelKey(name)] =
            entry(repository.labels, labelKey(name)) ?? newLabel(store, { name, color: 'ededed', description: null }))
            .name,
      ),
    ),
  ];
}

const newLabel = (store: Store, given: Omit<Label, 'id'>): Label => ({
  id: 208_000_000 + store.count('label'),
  ...given,
});

export const labelsOf = (store: Store, repository: Repository, { labels }: Issue) =>
  labels.map((name) => renderLabel(store, repository, repository.labels[labelKey(name)]!));

export function mountLabels(api: Api, store: Store): void {
  for (const base of REPOSITORY) {
    const wanted = (call: Call) => store.find(store.repository(call).labels, labelKey(call.req.param('label')!));
    const issue = (call: Call) => store.find(store.repository(call).issues, call.req.param('number')!);

    api.get(`${base}/labels`, (call: Call) => {
      const repository = store.repository(call);
      return call.json(
        pageOf(call, Object.values(repository.labels)).map((label) => renderLabel(store, repository, label)),
      );
    });

    api.post(`${base}/labels`, async (call: Call) => {
      const repository = store.repository(call);
      const given = await body(call, fields);
      if (Object.hasOwn(repository.labels, labelKey(given.name)))
        throw new ApiError(422, 'Validation Failed', [{ resource: 'Label', code: 'already_exists', field: 'name' }]);
      const label = (repository.labels[labelKey(given.name)] = newLabel(store, given));
      return call.json(renderLabel(store, repository, label), 201);
    });

    api.get(`${base}/labels/:label`, (call: Call) =>
      call.json(renderLabel(store, store.repository(call), wanted(call))),
    );

    api.delete(`${base}/labels/:label`, (call: Call) => {
      const { name } = wanted(call);
      const { labels, issues } = store.repository(call);
      delete labels[labelKey(name)];
      for (const one of Object.values(issues)) one.labels = one.labels.filter((other) => other !== name);
      return call.body(null, 204);
    });

    api.get(`${base}/issues/:number/labels`, (call: Call) =>
      call.json(pageOf(call, labelsOf(store, store.repository(call), issue(call)))),
    );

    api.post(`${base}/issues/:number/labels`, async (call: Call) => {
      const [repository, on] = [store.repository(call), issue(call)];
      const { labels } = await body(
        call,
        z.union([z.object({ labels: labelNames }), labelNames.transform((given) => ({ labels: given }))]),
      );
      on.labels = [...new Set([...on.labels, ...labelsNamed(store, repository, labels)])];
      return call.json(labelsOf(store, repository, on));
    });

    api.delete(`${base}/issues/:number/labels/:label`, (call: Call) => {
      const [repository, on] = [store.repository(call), issue(call)];
      const name = on.labels.find((other) => labelKey(other) === labelKey(call.req.param('label')!));
      if (name === undefined) throw new ApiError(404, 'Label does not exist');
      on.labels = on.labels.filter((other) => other !== name);
      return call.json(labelsOf(store, repository, on));
    });
  }
}
